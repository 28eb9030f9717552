using System.Net;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Validation;

/// <summary>Makes a plan from what the operator has: the balancer's configuration, a kubeconfig, or both.</summary>
internal static class ValidationPlanner
{
    /// <summary>What kubeadm puts into every apiserver's certificate.</summary>
    private const string EveryApiserver = "kubernetes";

    private const int HttpsPort = 443;

    /// <summary>Through the address that the kubeconfig names, with its credentials.</summary>
    public static ValidationPlan Of(Kubeconfig kubeconfig)
    {
        var host = kubeconfig.Server.IdnHost.Trim('[', ']');
        var port = kubeconfig.Server.IsDefaultPort ? HttpsPort : kubeconfig.Server.Port;
        return new ValidationPlan
        {
            Balancer = IPAddress.TryParse(host, out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port),
            ServerName = kubeconfig.TlsServerName ?? host,
            Authority = kubeconfig.Authority,
            Credentials = kubeconfig,
        };
    }

    /// <summary>
    /// Through the first listener whose pool's checks are of type kube-apiserver, as a client on this host. Anonymous, but for finding
    /// apiservers with the credentials of the pool's discovery.
    /// </summary>
    /// <returns>Null: there is no such listener.</returns>
    /// <exception cref="IOException">The CA cannot be read. So may <see cref="UnauthorizedAccessException"/>.</exception>
    public static async Task<ValidationPlan?> OfAsync(ApiLbOptions options, CancellationToken cancellationToken)
    {
        var served = from listener in options.Listeners
                     from pool in options.Pools
                     where pool.Name == listener.Pool && pool.Health is { Type: HealthCheckType.KubeApiserver, CaFile: not null }
                     select (Listener: listener, Pool: pool);
        return served.FirstOrDefault() is ({ } listenerFound, { } poolFound)
            ? new ValidationPlan
            {
                Balancer = AsSeenFromHere(listenerFound.Bind[0]),
                ServerName = poolFound.ControlPlaneEndpoint?.Host ?? EveryApiserver,
                Authority = await KubeconfigFile.ReadAsync(poolFound.Health.CaFile!, cancellationToken),
                Apiservers = [.. poolFound.Backends.Select(b => new ApiserverAddress(b.Name, EndPointOf(b.Address)))],
                Credentials = await CredentialsOfAsync(poolFound, cancellationToken),
                Etcd = options.Etcd,
            }
            : null;
    }

    private static async Task<Kubeconfig?> CredentialsOfAsync(PoolOptions pool, CancellationToken cancellationToken)
    {
        if (pool.Discovery?.Kubernetes?.Kubeconfig is not { } path)
        {
            return null;
        }

        var loaded = await KubeconfigFile.LoadAsync(path, cancellationToken);
        return loaded.TryGet(out var kubeconfig, out _) ? kubeconfig : null;
    }

    private static EndPoint AsSeenFromHere(EndPoint bound) =>
        bound is IPEndPoint ip && (ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any)) ? new IPEndPoint(IPAddress.Loopback, ip.Port) : bound;

    private static EndPoint EndPointOf(BackendAddress address) => address.TryGetEndPoint() ?? new DnsEndPoint(address.Host, address.Port);
}
