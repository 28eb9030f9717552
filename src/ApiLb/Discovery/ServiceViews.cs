using System.Globalization;
using System.Net;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>How objects of the API name those who serve a Service. What cannot be understood names nobody.</summary>
internal static class ServiceViews
{
    private const string InternalIP = "InternalIP";
    private const string ZoneLabel = "topology.kubernetes.io/zone";

    /// <summary>The views to try in this order; the first that names somebody counts.</summary>
    public static IReadOnlyList<IMemberView> Of(KubernetesDiscoveryOptions options, TimeProvider time)
    {
        var choice = new ServiceMembers(options);
        if (options.Source == ClusterSource.NodePort)
        {
            return [NodePortView(options, choice, time)];
        }

        var (space, name) = Split(options.Service);
        return
        [
            EndpointView(options, choice, ResourceQueries.SlicesOf("v1", space, name), EndpointsOf, time),
            EndpointView(options, choice, ResourceQueries.SlicesOf("v1beta1", space, name), EndpointsOf, time),
            EndpointView(options, choice, ResourceQueries.EndpointsNamed(space, name), EndpointsOf, time),
        ];
    }

    public static IEnumerable<ServiceEndpoint> EndpointsOf(EndpointSlice slice) =>
        from endpoint in slice.Endpoints ?? []
        where endpoint is not null
        from address in endpoint.Addresses ?? []
        from port in slice.Ports ?? []
        from place in At(address, port)
        select new ServiceEndpoint(
            endpoint.TargetRef?.Name ?? "",
            place,
            port?.Name ?? "",
            endpoint.Zone ?? endpoint.Topology?.GetValueOrDefault(ZoneLabel),
            StateOf(endpoint.Conditions));

    public static IEnumerable<ServiceEndpoint> EndpointsOf(Endpoints endpoints) =>
        from subset in endpoints.Subsets ?? []
        where subset is not null
        from address in subset.Addresses ?? []
        from port in subset.Ports ?? []
        from place in At(address?.Ip, port)
        select new ServiceEndpoint(address?.TargetRef?.Name ?? "", place, port?.Name ?? "", Zone: null, ServiceEndpointState.Ready);

    public static IEnumerable<ServiceNode> NodesOf(Node node) =>
        (node.Status?.Addresses ?? [])
            .Where(address => address?.Type == InternalIP && IPAddress.TryParse(address.Value, out _))
            .Take(1)
            .Select(address => new ServiceNode(
                node.Metadata?.Name ?? "", IPAddress.Parse(address!.Value!), node.Metadata?.Labels?.GetValueOrDefault(ZoneLabel), IsReady(node)));

    /// <summary>A number is one of the Service's own ports, which its endpoints know by name only.</summary>
    private static IMemberView EndpointView<T>(
        KubernetesDiscoveryOptions options, ServiceMembers choice, ResourceQuery<T> query, Func<T, IEnumerable<ServiceEndpoint>> saidBy, TimeProvider time)
        where T : class, IResource
    {
        var endpoints = new WatchedObjects<T, ServiceEndpoint>(query, saidBy, time);
        return int.TryParse(options.ServicePort, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new ServicePortView<T, ServiceEndpoint>(PortsOf(options, time), endpoints, choice.OfEndpoints)
            : new MemberView<T, ServiceEndpoint>(endpoints, choice.OfEndpoints);
    }

    private static IMemberView NodePortView(KubernetesDiscoveryOptions options, ServiceMembers choice, TimeProvider time)
    {
        var nodes = new WatchedObjects<Node, ServiceNode>(ResourceQueries.NodesWith(options.NodeSelector), NodesOf, time);
        return options.NodePort is { } port
            ? new MemberView<Node, ServiceNode>(nodes, KubernetesAnswer<IReadOnlyList<Member>> (found) => choice.OfNodes(found, port))
            : new ServicePortView<Node, ServiceNode>(PortsOf(options, time), nodes, choice.OfNodes);
    }

    private static WatchedObjects<Service, Service.Port> PortsOf(KubernetesDiscoveryOptions options, TimeProvider time)
    {
        var (space, name) = Split(options.Service);
        return new WatchedObjects<Service, Service.Port>(ResourceQueries.ServicesNamed(space, name), service => (service.Spec?.Ports ?? []).OfType<Service.Port>(), time);
    }

    // https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#conditions
    private static ServiceEndpointState StateOf(EndpointSlice.Conditions? conditions) => conditions switch
    {
        null or { Ready: not false } => ServiceEndpointState.Ready,
        { Serving: true, Terminating: true } => ServiceEndpointState.Ending,
        _ => ServiceEndpointState.NotReady,
    };

    private static IEnumerable<IPEndPoint> At(string? address, ResourcePort? port)
    {
        if (IPAddress.TryParse(address, out var ip) && port?.Port is { } number and > 0 and <= IPEndPoint.MaxPort)
        {
            yield return new IPEndPoint(ip, number);
        }
    }

    private static bool IsReady(Node node) => (node.Status?.Conditions ?? []).Any(c => c is { Type: "Ready", Status: "True" });

    private static (string Space, string Name) Split(string? service) =>
        service?.Split('/') is [var space, var name] ? (space, name) : throw new ArgumentException("not NAMESPACE/NAME", nameof(service));
}
