using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Clients;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>Thousands of connections that carried one request each and then fell silent, as watches and kubelets do: what keeping one costs.</summary>
internal sealed class IdleConnections : IMeasurement
{
    private const int WarmUpConnections = 2_000;

    private static readonly Metric MemoryPerConnection = new("Memory per idle connection", "KiB", "F2", Target: 0.4);

    public string Name => "idle-connections";

    public IReadOnlyList<Metric> Metrics { get; } = [MemoryPerConnection];

    public async Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken)
    {
        var count = bed.Options.IdleConnections;
        await using var running = await bed.StartAsync(balancer, cancellationToken);

        // The code is loaded and compiled before the first reading. The same number at once as later: what is pooled must not be counted as free.
        await ApacheBench.RunAsync(running.UriOf(NginxBackends.SmallPath), HeldConnections.OpenedAtOnce, WarmUpConnections, cancellationToken);
        var before = await running.Usage.ReadSettledAnonymousMemoryAsync(cancellationToken);

        await using var held = new HeldConnections(running);
        await held.OpenToAsync(count, cancellationToken);
        var after = await running.Usage.ReadSettledAnonymousMemoryAsync(cancellationToken);
        held.EnsureHeld();
        return [new(MemoryPerConnection, (after - before) / 1024.0 / count)];
    }
}
