using System.Net;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>How objects of the API name apiservers. What cannot be understood names nobody.</summary>
internal static class ControlPlaneViews
{
    private const string InternalIP = "InternalIP";

    /// <summary>The views to try in this order; the first that names somebody counts.</summary>
    public static IReadOnlyList<IMemberView> Of(KubernetesDiscoveryOptions options, TimeProvider time) => options.Source switch
    {
        ClusterSource.Nodes =>
        [
            View<Node>(ResourceQueries.ControlPlaneNodes, node => MembersOf(node, options.Port), time),
            View<Node>(ResourceQueries.MasterNodes, node => MembersOf(node, options.Port), time),
        ],
        _ =>
        [
            View<EndpointSlice>(ResourceQueries.EndpointSlices, MembersOf, time),
            View<EndpointSlice>(ResourceQueries.EndpointSlicesBeta, MembersOf, time),
            View<Endpoints>(ResourceQueries.Endpoints, MembersOf, time),
        ],
    };

    public static IEnumerable<Member> MembersOf(EndpointSlice slice) =>
        ResourcePort.OfApi(slice.Ports) is { } port
            ? from endpoint in slice.Endpoints ?? []
              where endpoint is { Conditions: null or { Ready: not false } }
              from address in endpoint.Addresses ?? []
              from member in MemberAt("", address, port)
              select member
            : [];

    public static IEnumerable<Member> MembersOf(Endpoints endpoints) =>
        from subset in endpoints.Subsets ?? []
        let port = ResourcePort.OfApi(subset?.Ports)
        where subset is not null && port is not null
        from address in subset.Addresses ?? []
        from member in MemberAt("", address?.Ip, port.Value)
        select member;

    /// <summary>Its first internal address: a node of a dual-stack cluster has two, and one apiserver.</summary>
    public static IEnumerable<Member> MembersOf(Node node, int port) =>
        (node.Status?.Addresses ?? [])
            .Where(address => address?.Type == InternalIP)
            .SelectMany(address => MemberAt(node.Metadata?.Name ?? "", address?.Value, port))
            .Take(1);

    private static MemberView<T, Member> View<T>(ResourceQuery<T> query, Func<T, IEnumerable<Member>> membersOf, TimeProvider time)
        where T : class, IResource => new(new WatchedObjects<T, Member>(query, membersOf, time), KubernetesAnswer<IReadOnlyList<Member>> (found) => found.ToArray());

    private static IEnumerable<Member> MemberAt(string name, string? address, int port)
    {
        if (IPAddress.TryParse(address, out var ip))
        {
            yield return new Member(name, new IPEndPoint(ip, port));
        }
    }
}
