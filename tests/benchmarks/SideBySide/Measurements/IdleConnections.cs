using System.Collections.Concurrent;
using System.Net.Sockets;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Clients;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>Thousands of connections that carried one request each and then fell silent, as watches and kubelets do: what keeping one costs.</summary>
internal sealed class IdleConnections : IMeasurement
{
    // Few at once, so that buffers in use while the connections are made do not count as memory of idle ones.
    private const int OpenedAtOnce = 16;
    private const int WarmUpConnections = 2_000;
    private const int BufferBytes = 8192;

    private static readonly Metric MemoryPerConnection = new("Memory per idle connection", "KiB", "F2", Target: 0.4);

    public string Name => "idle-connections";

    public IReadOnlyList<Metric> Metrics { get; } = [MemoryPerConnection];

    public async Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken)
    {
        var count = bed.Options.IdleConnections;
        await using var running = await bed.StartAsync(balancer, cancellationToken);

        // The code is loaded and compiled before the first reading. The same number at once as later: what is pooled must not be counted as free.
        await ApacheBench.RunAsync(running.UriOf(NginxBackends.SmallPath), OpenedAtOnce, WarmUpConnections, cancellationToken);
        var before = await running.Usage.ReadSettledAnonymousMemoryAsync(cancellationToken);

        var held = new ConcurrentBag<HttpConnection>();
        try
        {
            await OpenAsync(running, count, held, cancellationToken);
            var after = await running.Usage.ReadSettledAnonymousMemoryAsync(cancellationToken);
            return [new(MemoryPerConnection, (after - before) / 1024.0 / count)];
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            throw new MeasurementFailedException($"Connection {held.Count + 1} of {count} failed: {broken.Message}", broken);
        }
        finally
        {
            foreach (var connection in held)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private static Task OpenAsync(RunningBalancer running, int count, ConcurrentBag<HttpConnection> held, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, count, parallel, async (_, token) =>
        {
            var connection = await running.ConnectAsync(token);
            held.Add(connection);
            await connection.GetAsync(NginxBackends.SmallPath, new byte[BufferBytes], token);
        });
    }
}
