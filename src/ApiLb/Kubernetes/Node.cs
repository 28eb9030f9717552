namespace ApiLb.Kubernetes;

/// <summary>v1 <c>Node</c>.</summary>
internal sealed record Node(ObjectMetadata? Metadata, Node.NodeStatus? Status) : IResource
{
    /// <param name="Addresses">In the order of the node.</param>
    /// <param name="Conditions">Not read for apiservers: a kubelet in trouble says nothing about the apiserver beside it.</param>
    internal sealed record NodeStatus(IReadOnlyList<Address?>? Addresses, IReadOnlyList<Condition?>? Conditions);

    /// <param name="Type"><c>InternalIP</c>, <c>Hostname</c>, ...</param>
    /// <param name="Value">In the file: <c>address</c>.</param>
    internal sealed record Address(
        string? Type, [property: System.Text.Json.Serialization.JsonPropertyName("address")] string? Value);

    /// <param name="Type"><c>Ready</c>, ...</param>
    /// <param name="Status"><c>True</c>, <c>False</c>, or <c>Unknown</c> when the kubelet is silent.</param>
    internal sealed record Condition(string? Type, string? Status);
}
