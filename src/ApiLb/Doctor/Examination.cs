using System.Net;
using System.Net.NetworkInformation;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Doctor.Cluster;
using ApiLb.Doctor.Host;

namespace ApiLb.Doctor;

/// <summary>
/// The whole examination, from this host outwards: configuration, daemon, kernel, files, backends, etcd. Changes nothing, and asks
/// the cluster no more than one round of checks does.
/// </summary>
/// <param name="configuration">As it was read.</param>
/// <param name="presence">The running daemon.</param>
/// <param name="proc">What the kernel tells.</param>
/// <param name="time">The clock of the deadlines, and of the certificates' dates.</param>
internal sealed class Examination(ConfigurationResult configuration, DaemonPresence presence, ProcFiles proc, TimeProvider time)
{
    public async Task<DoctorReport> RunAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>(OfConfiguration());
        if (configuration.Options is { } options)
        {
            findings.AddRange(DaemonCheck.Find(presence));
            findings.AddRange(OfHost(options));
            var cluster = await Task.WhenAll(ClusterOf(options, cancellationToken));
            findings.AddRange(cluster.SelectMany(f => f));
        }

        return DoctorReport.Of(findings);
    }

    private IEnumerable<Finding> OfConfiguration()
    {
        const string check = "configuration";
        return
        [
            .. configuration.Errors.Select(e => Finding.Error(check, e.ToString())),
            .. configuration.IsValid ? (Finding[])[Finding.Ok(check, ConfigurationReport.Summary(configuration))] : [],
            .. configuration.Warnings.Where(w => !IsAboutAFile(w)).Select(w => Finding.Warning(check, w.ToString())),
        ];
    }

    /// <summary>The check of the key files says the same, and more.</summary>
    private static bool IsAboutAFile(ConfigurationFinding warning) => warning.Message.StartsWith("everyone on this host can read", StringComparison.Ordinal);

    private IEnumerable<Finding> OfHost(ApiLbOptions options)
    {
        var daemon = presence.Status?.Pid;
        return
        [
            .. new ListenerPortCheck(proc).Find(options.Listeners, daemon),
            .. LocalAddressCheck.Find(options, LocalAddresses()),
            new DescriptorCheck(proc).Find(options.Limits, daemon),
            .. new PortRangeCheck(proc).Find(options.Listeners),
            new ConntrackCheck(proc).Find(),
            .. KeyFileCheck.Find(options),
        ];
    }

    private IEnumerable<Task<IReadOnlyList<Finding>>> ClusterOf(ApiLbOptions options, CancellationToken cancellationToken)
    {
        foreach (var pool in options.Pools)
        {
            var withDiscovered = pool with { Backends = [.. pool.Backends, .. DiscoveredIn(pool)] };
            yield return new PoolExamination(withDiscovered, EndpointOf(pool, options.Listeners), time).RunAsync(cancellationToken);
            if (pool.Discovery?.Kubernetes is { } kubernetes)
            {
                yield return AloneAsync(new DiscoveryExamination(pool.Name, kubernetes, pool.Backends, time).RunAsync(cancellationToken));
            }
        }

        yield return options.Etcd is { } etcd
            ? new EtcdExamination(etcd, time).RunAsync(cancellationToken)
            : Task.FromResult<IReadOnlyList<Finding>>(
                [Finding.Note("etcd", "is not watched: when it is slow, ApiLb sees red /readyz and cannot say why", "the section etcd in apilb.yaml")]);
    }

    /// <summary>Members that are not in the file: only the running daemon knows them.</summary>
    private IEnumerable<BackendOptions> DiscoveredIn(PoolOptions pool)
    {
        foreach (var backend in presence.Status?.Pools.FirstOrDefault(p => p.Name == pool.Name)?.Backends ?? [])
        {
            if (pool.Backends.All(b => b.Name != backend.Name) && ServerAddress.Parse(backend.Address).TryGet(out var address, out _))
            {
                yield return new BackendOptions { Name = backend.Name, Address = address };
            }
        }
    }

    private static async Task<IReadOnlyList<Finding>> AloneAsync(Task<Finding> finding) => [await finding];

    /// <summary>What clients use, as far as the configuration tells: the endpoint of the cluster, or the one address of a listener.</summary>
    private static string? EndpointOf(PoolOptions pool, IReadOnlyList<ListenerOptions> listeners) =>
        pool.ControlPlaneEndpoint?.Host
        ?? listeners.Where(l => l.PoolNames().Contains(pool.Name, StringComparer.Ordinal)).SelectMany(l => l.Bind).OfType<IPEndPoint>()
            .Select(e => e.Address).FirstOrDefault(a => !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any) && !IPAddress.IsLoopback(a))?.ToString();

    private static HashSet<IPAddress> LocalAddresses() =>
        [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address)];
}
