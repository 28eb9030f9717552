using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Reporting;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>How long clients are without a balancer when its process is replaced.</summary>
internal sealed class StartToFirstAnswer : IMeasurement
{
    private const int Starts = 5;

    private static readonly Metric StartTime = new("Start to first answer", "ms", "F0");

    public string Name => "start";

    public IReadOnlyList<Metric> Metrics { get; } = [StartTime];

    public async Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            await using var running = await bed.StartAsync(balancer, cancellationToken);
            times.Add(running.StartTime.TotalMilliseconds);
        }

        return [new(StartTime, Median.Of(times))];
    }
}
