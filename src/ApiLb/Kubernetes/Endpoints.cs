namespace ApiLb.Kubernetes;

/// <summary>v1 <c>Endpoints</c>: what there was before EndpointSlices.</summary>
internal sealed record Endpoints(ObjectMetadata? Metadata, IReadOnlyList<Endpoints.Subset?>? Subsets) : IResource
{
    /// <param name="Addresses">Those that are ready; others stand elsewhere and are not read.</param>
    /// <param name="Ports">Of all of them.</param>
    internal sealed record Subset(IReadOnlyList<Address?>? Addresses, IReadOnlyList<ResourcePort?>? Ports);

    /// <param name="Ip">Of the pod.</param>
    /// <param name="TargetRef">Whose address it is, such as a pod.</param>
    internal sealed record Address(string? Ip, EndpointSlice.TargetReference? TargetRef);
}
