using System.Net;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>How objects of the API become members. What cannot be understood names nobody.</summary>
internal static class ControlPlaneViews
{
    private const string InternalIP = "InternalIP";

    /// <summary>The views to try in this order; the first that names somebody counts.</summary>
    public static IReadOnlyList<IControlPlaneView> Of(KubernetesDiscoveryOptions options, TimeProvider time) => options.Source switch
    {
        ControlPlaneSource.Nodes =>
        [
            new ControlPlaneView<Node>(ResourceQueries.ControlPlaneNodes, node => MembersOf(node, options.Port), time),
            new ControlPlaneView<Node>(ResourceQueries.MasterNodes, node => MembersOf(node, options.Port), time),
        ],
        _ =>
        [
            new ControlPlaneView<EndpointSlice>(ResourceQueries.EndpointSlices, MembersOf, time),
            new ControlPlaneView<EndpointSlice>(ResourceQueries.EndpointSlicesBeta, MembersOf, time),
            new ControlPlaneView<Endpoints>(ResourceQueries.Endpoints, MembersOf, time),
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

    private static IEnumerable<Member> MemberAt(string name, string? address, int port)
    {
        if (IPAddress.TryParse(address, out var ip))
        {
            yield return new Member(name, new IPEndPoint(ip, port));
        }
    }
}
