namespace ApiLb.Kubernetes;

/// <summary>
/// <c>discovery.k8s.io</c>, v1 and v1beta1, which differ in what is read here only in where a zone stands. The apiservers themselves
/// keep the slice of service default/kubernetes, which is named like it; a controller keeps those of other Services.
/// </summary>
internal sealed record EndpointSlice(
    ObjectMetadata? Metadata, string? AddressType, IReadOnlyList<EndpointSlice.Endpoint?>? Endpoints, IReadOnlyList<ResourcePort?>? Ports) : IResource
{
    /// <param name="Addresses">Of one family; in practice one.</param>
    /// <param name="Conditions">What it is able to do.</param>
    /// <param name="Zone">v1.</param>
    /// <param name="Topology">v1beta1: labels of the node.</param>
    /// <param name="TargetRef">Whose addresses they are, such as a pod.</param>
    internal sealed record Endpoint(
        IReadOnlyList<string?>? Addresses, Conditions? Conditions, string? Zone, IReadOnlyDictionary<string, string?>? Topology, TargetReference? TargetRef);

    /// <param name="Ready">Null means that nothing is known, and by the API's rule counts as ready.</param>
    /// <param name="Serving">Ready or not for the sake of <paramref name="Terminating"/> alone; null counts as <paramref name="Ready"/>.</param>
    /// <param name="Terminating">It has been told to end.</param>
    internal sealed record Conditions(bool? Ready, bool? Serving, bool? Terminating);

    internal sealed record TargetReference(string? Name);
}
