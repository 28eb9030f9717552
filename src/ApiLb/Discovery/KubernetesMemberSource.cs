using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>
/// What a cluster itself names: its apiservers, asked through the pool's own members and never through the balancer, or those who serve
/// a Service. Every look reads the credentials again and opens a new connection, to the next apiserver.
/// </summary>
/// <param name="options">Credentials, and what to read.</param>
/// <param name="members">Whom to ask now, when they are apiservers.</param>
/// <param name="time">The clock of all deadlines.</param>
internal sealed class KubernetesMemberSource(
    KubernetesDiscoveryOptions options, Func<IReadOnlyList<EndPoint>> members, TimeProvider time) : IMemberSource
{
    private const int HttpsPort = 443;

    /// <summary>What kubeadm puts into every apiserver's certificate.</summary>
    private const string DefaultServerName = "kubernetes";

    /// <summary>A full list at least so often, whatever the watch says or fails to say.</summary>
    private static readonly TimeSpan RelistAfter = TimeSpan.FromMinutes(3);

    /// <summary>Changes come in groups: when apiservers restart, one after the other.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<IMemberView> _views =
        options.NamesApiServers() ? ControlPlaneViews.Of(options, time) : ServiceViews.Of(options, time);

    private ApiConnector? _connector;
    private EndPoint? _server;
    private IMemberView? _view;
    private KubernetesClient? _client;

    public string Name => DiscoveryOptions.KubernetesSource;

    public async Task<DiscoveredMembers> LookAsync(CancellationToken cancellationToken)
    {
        Dispose();
        var opened = await OpenAsync(cancellationToken);
        if (!opened.TryGet(out _client, out var failure))
        {
            return DiscoveredMembers.Failed(DiscoveryFailure.Of(failure));
        }

        var nobody = default(DiscoveredMembers);
        foreach (var view in _views)
        {
            var answer = await view.ListAsync(_client, cancellationToken);
            if (answer.TryGet(out var found, out var problem))
            {
                _view = nobody is null || found.Count > 0 ? view : _view;
                if (found.Count > 0)
                {
                    return DiscoveredMembers.Of(found);
                }

                nobody ??= DiscoveredMembers.Of([]);
            }
            else if (problem.Kind is KubernetesFailureKind.NotFound or KubernetesFailureKind.Forbidden)
            {
                failure ??= problem;
            }
            else
            {
                return DiscoveredMembers.Failed(DiscoveryFailure.Of(problem));
            }
        }

        return nobody ?? DiscoveredMembers.Failed(DiscoveryFailure.Of(failure!));
    }

    public async Task<DiscoveryFailure?> WaitForChangeAsync(CancellationToken cancellationToken)
    {
        if (_client is null || _view is null)
        {
            return new DiscoveryFailure(DiscoveryResult.FailedConfiguration, "nothing was listed that could be watched");
        }

        if (await _view.WatchAsync(_client, RelistAfter, cancellationToken) is { } failure)
        {
            return DiscoveryFailure.Of(failure);
        }

        await Task.Delay(Settling, time, cancellationToken);
        return null;
    }

    public void Dispose()
    {
        _client?.Dispose();
        _client = null;
    }

    private async Task<KubernetesAnswer<KubernetesClient>> OpenAsync(CancellationToken cancellationToken)
    {
        var loaded = options.Kubeconfig is { } kubeconfig
            ? await KubeconfigFile.LoadAsync(kubeconfig, cancellationToken)
            : await KubeconfigFile.LoadAsync(options.TokenFile!, options.CaFile!, cancellationToken);
        if (!loaded.TryGet(out var config, out var failure))
        {
            return failure;
        }

        _server = EndPointOf(config.Server.IdnHost, config.Server.IsDefaultPort ? HttpsPort : config.Server.Port);
        _connector ??= new ApiConnector(WhomToAsk, time);
        return KubernetesClient.Create(config, options.ServerName ?? config.TlsServerName ?? DefaultServerName, _connector, time);
    }

    private IReadOnlyList<EndPoint> WhomToAsk() =>
        options.NamesApiServers() ? members()
        : options.ApiServers.Count > 0 ? [.. options.ApiServers.Select(a => EndPointOf(a.Host, a.Port))]
        : _server is { } server ? [server]
        : [];

    private static EndPoint EndPointOf(string host, int port) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
}
