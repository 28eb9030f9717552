using ApiLb.Etcd;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.Validation.Steps;

/// <summary>Asks every configured member of etcd; without any, the apiservers' own checks must do.</summary>
internal sealed class EtcdStep(ValidationPlan plan, TimeProvider time)
{
    /// <summary>A member counts as down after two failed checks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public async Task<EtcdResult> RunAsync(IReadOnlyList<ApiserverResult> apiservers, CancellationToken cancellationToken) =>
        plan.Etcd is null ? SeenBy(apiservers) : Read(await WatchAsync(cancellationToken));

    private static EtcdResult SeenBy(IReadOnlyList<ApiserverResult> apiservers)
    {
        var told = apiservers.Where(a => a.Etcd is not null).ToArray();
        var quorum = told.Length == 0 ? EtcdResult.Unknown : Array.Exists(told, a => a.Etcd == true) ? EtcdResult.Held : EtcdResult.Lost;
        return new EtcdResult(quorum, null, []);
    }

    private async Task<EtcdSnapshot> WatchAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var monitor = new EtcdMonitor(plan.Etcd!, time, NullLoggerFactory.Instance);
        var running = monitor.RunAsync(stop.Token);
        var started = time.GetTimestamp();
        while (monitor.Snapshot.Members.Any(m => m.Status == EtcdMemberStatus.Unknown) && time.GetElapsedTime(started) < Patience
            && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stop.CancelAsync();
        await running;
        return monitor.Snapshot;
    }

    private static EtcdResult Read(EtcdSnapshot etcd)
    {
        var quorum = etcd.Quorum switch { EtcdQuorum.Held => EtcdResult.Held, EtcdQuorum.Lost => EtcdResult.Lost, _ => EtcdResult.Unknown };
        return new EtcdResult(quorum, etcd.LeaderName, [.. etcd.Members.Select(Read)]);
    }

    private static EtcdResult.Member Read(EtcdMemberSnapshot member) =>
        new(member.Name, member is { IsUp: true, IsCorrupt: false, Reading.IsHealthy: not false }, member.IsCorrupt ? "its data is corrupt" : member.Detail);
}
