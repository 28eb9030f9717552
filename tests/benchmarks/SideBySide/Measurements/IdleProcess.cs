using ApiLb.Benchmarks.SideBySide.Balancers;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>A process that has answered once and has nothing to do: what the program itself occupies.</summary>
internal sealed class IdleProcess : IMeasurement
{
    private const double Mebibyte = 1024 * 1024;

    private static readonly Metric AnonymousMemory = new("Anonymous memory when idle", "MiB", "F1");

    public string Name => "idle-memory";

    public IReadOnlyList<Metric> Metrics { get; } = [AnonymousMemory];

    public async Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken)
    {
        await using var running = await bed.StartAsync(balancer, cancellationToken);
        return [new(AnonymousMemory, await running.Usage.ReadSettledAnonymousMemoryAsync(cancellationToken) / Mebibyte)];
    }
}
