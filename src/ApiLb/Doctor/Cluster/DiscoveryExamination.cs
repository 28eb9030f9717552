using System.Net;
using ApiLb.Configuration;
using ApiLb.Discovery;

namespace ApiLb.Doctor.Cluster;

/// <summary>Looks once at the source from which a pool learns its members, with the daemon's credentials.</summary>
/// <param name="pool">Its name, for the findings.</param>
/// <param name="options">Credentials, and what to read.</param>
/// <param name="backends">Whom to ask, when they are apiservers.</param>
/// <param name="time">The clock of the deadlines.</param>
internal sealed class DiscoveryExamination(string pool, KubernetesDiscoveryOptions options, IReadOnlyList<BackendOptions> backends, TimeProvider time)
{
    private const string Check = "discovery";

    public async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        EndPoint[] members = [.. backends.Where(b => !b.Address.IsUnix).Select(b => b.Address.TryGetEndPoint() ?? new DnsEndPoint(b.Address.Host, b.Address.Port))];
        using var source = new KubernetesMemberSource(options, () => members, time);
        var look = await source.LookAsync(cancellationToken);
        if (!look.TryGet(out var found, out var failure))
        {
            return Finding.Error(Check, $"pool {pool}: the cluster does not tell {What}: {failure.Reason}", "apilb kubeconfig renews the account and its token");
        }

        return found.Count > 0
            ? Finding.Ok(Check, $"pool {pool}: the cluster names {string.Join(", ", found)}")
            : Finding.Warning(Check, options.NamesApiServers()
                ? $"pool {pool}: the cluster names no apiserver: new ones are not found"
                : $"pool {pool}: the cluster names nobody who serves {What}");
    }

    private string What => options.NamesApiServers() ? "its apiservers" : options.Service is { } service ? $"service {service}" : $"nodePort {options.NodePort}";
}
