using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>
/// The apiservers that a cluster itself names, asked through the pool's own members and never through the balancer. Every look
/// reads the credentials again and opens a new connection, to the next member.
/// </summary>
/// <param name="options">Credentials, and what to read.</param>
/// <param name="members">Whom to ask now.</param>
/// <param name="time">The clock of all deadlines.</param>
internal sealed class KubernetesMemberSource(
    KubernetesDiscoveryOptions options, Func<IReadOnlyList<EndPoint>> members, TimeProvider time) : IMemberSource
{
    /// <summary>What kubeadm puts into every apiserver's certificate.</summary>
    private const string DefaultServerName = "kubernetes";

    /// <summary>A full list at least so often, whatever the watch says or fails to say.</summary>
    private static readonly TimeSpan RelistAfter = TimeSpan.FromMinutes(3);

    private readonly ApiConnector _connector = new(members, time);
    private readonly IReadOnlyList<IControlPlaneView> _views = ControlPlaneViews.Of(options, time);
    private IControlPlaneView? _view;
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

        var failure = await _view.WatchAsync(_client, RelistAfter, cancellationToken);
        return failure is null ? null : DiscoveryFailure.Of(failure);
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
        return loaded.TryGet(out var config, out var failure)
            ? KubernetesClient.Create(config, options.ServerName ?? config.TlsServerName ?? DefaultServerName, _connector, time)
            : failure;
    }
}
