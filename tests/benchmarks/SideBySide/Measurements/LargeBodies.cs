using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>Bodies of 64 MiB on a few connections: what moving bytes costs.</summary>
internal sealed class LargeBodies : IMeasurement
{
    private const int Connections = 4;
    private const int WarmUpBodies = 2;
    private const int Bodies = 24;
    private const int BufferBytes = 256 * 1024;
    private const double Gibibyte = 1024 * 1024 * 1024;

    private static readonly Metric CpuPerGibibyte = new("CPU per GiB", "s", "F3", Target: 0.6);
    private static readonly Metric Throughput = new("Throughput", "GiB/s", "F2");

    public string Name => "bodies";

    public IReadOnlyList<Metric> Metrics { get; } = [CpuPerGibibyte, Throughput];

    public async Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken)
    {
        await using var running = await bed.StartAsync(balancer, cancellationToken);
        await FetchAsync(running, WarmUpBodies, cancellationToken);

        var before = running.Usage.ReadCpuTime();
        var start = TimeProvider.System.GetTimestamp();
        var gibibytes = await FetchAsync(running, Bodies, cancellationToken) / Gibibyte;
        var elapsed = TimeProvider.System.GetElapsedTime(start);
        var cpu = running.Usage.ReadCpuTime() - before;

        return [new(CpuPerGibibyte, cpu.TotalSeconds / gibibytes), new(Throughput, gibibytes / elapsed.TotalSeconds)];
    }

    private static async Task<long> FetchAsync(RunningBalancer running, int bodiesPerConnection, CancellationToken cancellationToken)
    {
        var clients = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => FetchOnOneConnectionAsync(running, bodiesPerConnection, cancellationToken), cancellationToken));
        return (await Task.WhenAll(clients)).Sum();
    }

    private static async Task<long> FetchOnOneConnectionAsync(RunningBalancer running, int bodies, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        await using var connection = await running.ConnectAsync(cancellationToken);
        long received = 0;
        for (var i = 0; i < bodies; i++)
        {
            received += await connection.GetAsync(NginxBackends.LargePath, buffer, cancellationToken);
        }

        return received;
    }
}
