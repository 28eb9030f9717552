namespace ApiLb.Kubernetes;

/// <summary>v1 <c>Service</c>: what its ports are called, and where nodes listen for them.</summary>
internal sealed record Service(ObjectMetadata? Metadata, Service.ServiceSpec? Spec) : IResource
{
    internal sealed record ServiceSpec(IReadOnlyList<Port?>? Ports);

    /// <param name="Name">The same in the Service's slices and endpoints; null or empty when it is the only one.</param>
    /// <param name="Number">In the file: <c>port</c>. Of the Service, which is not that of its pods.</param>
    /// <param name="NodePort">0 or null: there is none.</param>
    internal sealed record Port(
        string? Name, [property: System.Text.Json.Serialization.JsonPropertyName("port")] int? Number, int? NodePort);
}
