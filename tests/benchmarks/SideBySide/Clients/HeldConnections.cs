using System.Collections.Concurrent;
using System.Net.Sockets;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;

namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>Connections through one balancer that carried one request each and then fell silent; closed when disposed.</summary>
internal sealed class HeldConnections(RunningBalancer running) : IAsyncDisposable
{
    /// <summary>Few, so that buffers in use while connections are made do not count as memory of idle ones.</summary>
    public const int OpenedAtOnce = 16;

    private const int BufferBytes = 8192;

    private readonly ConcurrentBag<HttpConnection> _held = [];

    /// <summary>Opens as many as are missing.</summary>
    /// <exception cref="MeasurementFailedException">One of them was not served.</exception>
    public async Task OpenToAsync(int count, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForAsync(_held.Count, count, parallel, async (_, token) =>
            {
                var connection = await running.ConnectAsync(token);
                _held.Add(connection);
                await connection.GetAsync(NginxBackends.SmallPath, new byte[BufferBytes], token);
            });
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            throw new MeasurementFailedException($"Connection {_held.Count + 1} of {count} failed: {broken.Message}", broken);
        }
    }

    /// <exception cref="MeasurementFailedException">Some of them have been closed: what was measured is not what they cost.</exception>
    public void EnsureHeld()
    {
        var lost = _held.Count(connection => !connection.IsSilent);
        if (lost > 0)
        {
            throw new MeasurementFailedException($"{lost} of {_held.Count} connections were closed while they were idle.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_held.TryTake(out var connection))
        {
            await connection.DisposeAsync();
        }
    }
}
