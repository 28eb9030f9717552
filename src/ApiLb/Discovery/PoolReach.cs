using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Discovery;

/// <summary>What a pool's own checks know about its members' addresses. Thread-safe.</summary>
internal sealed class PoolReach(BackendPool pool)
{
    /// <summary>Whom to ask about the cluster: those that are ready, or all when nobody is.</summary>
    public IReadOnlyList<EndPoint> WhomToAsk()
    {
        var backends = pool.Snapshot.Backends.Where(b => b.EndPoint is not null and not UnixDomainSocketEndPoint).ToArray();
        var ready = backends.Where(b => b.Health.Current.Status is HealthStatus.Ready or HealthStatus.Warming).ToArray();
        return [.. (ready.Length > 0 ? ready : backends).Select(b => b.EndPoint).OfType<EndPoint>()];
    }

    /// <summary>Whether the checks say that a server lives at the member's address.</summary>
    public bool Answers(Member member) => pool.Snapshot.Backends.Any(b =>
        member.Address.Equals(b.EndPoint)
        && b.Health.Current.Status is (HealthStatus.Ready or HealthStatus.Warming or HealthStatus.Draining or HealthStatus.NotReady));
}
