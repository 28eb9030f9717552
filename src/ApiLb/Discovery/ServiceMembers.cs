using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>
/// Decides who of those that a cluster names becomes a member. Pure. Who is ready; else, as kube-proxy does, who is about to end and
/// still serves. Of a dual-stack Service one address family, or every pod would count twice. What is in another zone is a backup.
/// </summary>
internal sealed class ServiceMembers(KubernetesDiscoveryOptions options)
{
    public KubernetesAnswer<IReadOnlyList<Member>> OfEndpoints(IReadOnlyList<ServiceEndpoint> found) =>
        options.ServicePort is { } name ? OfEndpoints(found, name)
        : found.Select(e => e.Port).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray() is { Length: > 1 } ports ? Undecided(ports)
        : Chosen(found);

    public KubernetesAnswer<IReadOnlyList<Member>> OfEndpoints(IReadOnlyList<Service.Port> ports, IReadOnlyList<ServiceEndpoint> found)
    {
        var known = PortOf(ports);
        return !known.TryGet(out var port, out var failure) ? failure
            : port.Number is null ? Array.Empty<Member>()
            : OfEndpoints(found, port.Name ?? "");
    }

    public KubernetesAnswer<IReadOnlyList<Member>> OfNodes(IReadOnlyList<Service.Port> ports, IReadOnlyList<ServiceNode> nodes)
    {
        var known = PortOf(ports);
        return !known.TryGet(out var port, out var failure) ? failure
            : port.Number is null ? Array.Empty<Member>()
            : port.NodePort is > 0 and <= IPEndPoint.MaxPort ? OfNodes(nodes, port.NodePort.Value)
            : Refused($"port {Shown(port)} of service {options.Service} has no nodePort: the Service is not of type NodePort or LoadBalancer");
    }

    public Member[] OfNodes(IReadOnlyList<ServiceNode> nodes, int port) =>
        [.. nodes.Where(n => n.IsReady).Select(n => new Member(n.Name, new IPEndPoint(n.Address, port), IsBackup(n.Zone)))];

    private KubernetesAnswer<IReadOnlyList<Member>> OfEndpoints(IReadOnlyList<ServiceEndpoint> found, string port)
    {
        var those = found.Where(e => e.Port == port).ToArray();
        return those.Length > 0 || found.Count == 0
            ? Chosen(those)
            : Refused($"service {options.Service} has no port {Shown(port)}, but {string.Join(", ", found.Select(e => Shown(e.Port)).Distinct(StringComparer.Ordinal))}");
    }

    private Member[] Chosen(IReadOnlyList<ServiceEndpoint> found)
    {
        var hasIPv4 = found.Any(e => e.Address.AddressFamily == AddressFamily.InterNetwork);
        var family = found.Where(e => !hasIPv4 || e.Address.AddressFamily == AddressFamily.InterNetwork).ToArray();
        var state = family.Any(e => e.State == ServiceEndpointState.Ready) ? ServiceEndpointState.Ready : ServiceEndpointState.Ending;
        return [.. family.Where(e => e.State == state).Select(e => new Member(e.Name, e.Address, IsBackup(e.Zone)))];
    }

    /// <summary>A port without number when there is no such Service, which is a state and not a fault.</summary>
    private KubernetesAnswer<Service.Port> PortOf(IReadOnlyList<Service.Port> ports)
    {
        if (ports.Count == 0)
        {
            return new Service.Port(null, null, null);
        }

        if (options.ServicePort is not { } wanted)
        {
            return ports is [var only] ? only : Undecided([.. ports.Select(Shown)]);
        }

        var port = ports.FirstOrDefault(p => p.Name == wanted || p.Number?.ToString(CultureInfo.InvariantCulture) == wanted);
        return port is not null
            ? port
            : new KubernetesFailure(KubernetesFailureKind.Configuration, $"service {options.Service} has no port {wanted}, but {string.Join(", ", ports.Select(Shown))}");
    }

    private bool IsBackup(string? zone) => options.Zone is { } own && zone != own;

    private KubernetesFailure Undecided(IEnumerable<string> ports) => Refused($"service {options.Service} has several ports; write one of them as servicePort: {string.Join(", ", ports)}");

    private static KubernetesFailure Refused(string reason) => new(KubernetesFailureKind.Configuration, KubernetesFailure.Shorten(reason));

    private static string Shown(Service.Port port) => port.Name is { Length: > 0 } name ? name : Shown(port.Number?.ToString(CultureInfo.InvariantCulture) ?? "");

    private static string Shown(string port) => port.Length > 0 ? port : "(without name)";
}
