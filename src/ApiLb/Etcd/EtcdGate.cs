using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;

namespace ApiLb.Etcd;

/// <summary>
/// Tells the pools of apiservers what etcd's state means for them: no ejection while the quorum is lost, and none for
/// corrupt data but where somebody else is ready. Follows the monitor until disposed.
/// </summary>
internal sealed class EtcdGate : IDisposable
{
    private readonly EtcdMonitor _monitor;
    private readonly IReadOnlyList<BackendPool> _pools;

    public EtcdGate(EtcdMonitor monitor, IReadOnlyList<BackendPool> pools)
    {
        _monitor = monitor;
        _pools = pools;
        monitor.Changed += Apply;
    }

    /// <summary>Looks at pools and members again: they have changed.</summary>
    public void Refresh() => Apply(_monitor.Snapshot);

    public void Dispose() => _monitor.Changed -= Apply;

    private void Apply(EtcdSnapshot etcd)
    {
        foreach (var pool in _pools.Where(p => p.Options.Health.Type == HealthCheckType.KubeApiserver))
        {
            foreach (var backend in pool.Snapshot.Backends)
            {
                var advice = EtcdAdvice.For(etcd, backend.Options.Address.Host);
                pool.SetAdvice(backend, AdviceOf(advice.Kind), advice.Reason);
            }
        }
    }

    private static OutsideAdvice AdviceOf(EtcdAdviceKind kind) => kind switch
    {
        EtcdAdviceKind.Freeze => OutsideAdvice.Freeze,
        EtcdAdviceKind.Eject => OutsideAdvice.Eject,
        _ => OutsideAdvice.None,
    };
}
