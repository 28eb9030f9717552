namespace ApiLb.Kubernetes;

/// <summary>v1 <c>Node</c>. Its conditions are not read: a kubelet in trouble says nothing about the apiserver beside it.</summary>
internal sealed record Node(ObjectMetadata? Metadata, Node.NodeStatus? Status) : IResource
{
    internal sealed record NodeStatus(IReadOnlyList<Address?>? Addresses);

    /// <param name="Type"><c>InternalIP</c>, <c>Hostname</c>, ...</param>
    /// <param name="Value">In the file: <c>address</c>.</param>
    internal sealed record Address(
        string? Type, [property: System.Text.Json.Serialization.JsonPropertyName("address")] string? Value);
}
