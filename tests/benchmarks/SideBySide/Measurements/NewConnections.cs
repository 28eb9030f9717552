using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Clients;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>A new connection for every request of 1 KiB: what accepting, picking, dialling and closing cost.</summary>
internal sealed class NewConnections : IMeasurement
{
    public const string MeasurementName = "connections";

    // A daemon runs for months: .NET compiles what is used often a second time, which in the first 30,000 connections
    // costs 5 us each.
    private const int WarmUpConnections = 50_000;

    // Fewer than the 28,231 ephemeral ports, so that no port is used twice within one load.
    private const int Connections = 25_000;

    private static readonly Metric CpuPerConnection = new("CPU per connection", "us", "F1", Target: 1.15);
    private static readonly Metric ConnectionsPerSecond = new("Connections per second", "1/s", "F0");

    public string Name => MeasurementName;

    public IReadOnlyList<Metric> Metrics { get; } = [CpuPerConnection, ConnectionsPerSecond];

    public async Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken)
    {
        await using var running = await bed.StartAsync(balancer, cancellationToken);
        var target = running.UriOf(NginxBackends.SmallPath);
        await ApacheBench.RunAsync(target, bed.Options.BusyConnections, WarmUpConnections, cancellationToken);

        var before = running.Usage.ReadCpuTime();
        var load = await ApacheBench.RunAsync(target, bed.Options.BusyConnections, Connections, cancellationToken);
        var cpu = running.Usage.ReadCpuTime() - before;

        return
        [
            new(CpuPerConnection, cpu.TotalMicroseconds / load.Connections),
            new(ConnectionsPerSecond, load.ConnectionsPerSecond),
        ];
    }
}
