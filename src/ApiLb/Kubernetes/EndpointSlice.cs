namespace ApiLb.Kubernetes;

/// <summary>
/// <c>discovery.k8s.io</c>, v1 and v1beta1, which are the same in what is read here. The apiservers themselves keep the slice of
/// service default/kubernetes, which is named like it.
/// </summary>
internal sealed record EndpointSlice(
    ObjectMetadata? Metadata, string? AddressType, IReadOnlyList<EndpointSlice.Endpoint?>? Endpoints, IReadOnlyList<ResourcePort?>? Ports) : IResource
{
    internal sealed record Endpoint(IReadOnlyList<string?>? Addresses, Conditions? Conditions);

    /// <param name="Ready">Null means that nothing is known, and by the API's rule counts as ready.</param>
    internal sealed record Conditions(bool? Ready);
}
