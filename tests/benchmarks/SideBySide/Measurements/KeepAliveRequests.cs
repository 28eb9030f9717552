using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Clients;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>Responses of 1 KiB over connections that stay open, as fast as they come: what one relayed message costs.</summary>
internal sealed class KeepAliveRequests : IMeasurement
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(6);

    private static readonly Metric CpuPerRequest = new("CPU per request", "us", "F2", Target: 1.0);
    private static readonly Metric RequestsPerSecond = new("Requests per second", "1/s", "F0");
    private static readonly Metric Median = new("Latency p50", "ms", "F3");
    private static readonly Metric NinetyNinth = new("Latency p99", "ms", "F3", Target: 1.1);

    public string Name => "requests";

    public IReadOnlyList<Metric> Metrics { get; } = [CpuPerRequest, RequestsPerSecond, Median, NinetyNinth];

    public async Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken)
    {
        await using var running = await bed.StartAsync(balancer, cancellationToken);
        var target = running.UriOf(NginxBackends.SmallPath);
        await Wrk.RunAsync(target, bed.Options.BusyConnections, WarmUp, cancellationToken);

        var before = running.Usage.ReadCpuTime();
        var load = await Wrk.RunAsync(target, bed.Options.BusyConnections, Duration, cancellationToken);
        var cpu = running.Usage.ReadCpuTime() - before;

        return
        [
            new(CpuPerRequest, cpu.TotalMicroseconds / load.Requests),
            new(RequestsPerSecond, load.RequestsPerSecond),
            new(Median, load.Median.TotalMilliseconds),
            new(NinetyNinth, load.NinetyNinth.TotalMilliseconds),
        ];
    }
}
