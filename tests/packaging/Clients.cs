using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.PackagingTests;

/// <summary>Clients of a listener on loopback: one at a time, or one after the other until they are stopped.</summary>
internal sealed class Clients : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _served;

    private Clients(int port) => _running = RunAsync(port);

    public int Served => Volatile.Read(ref _served);

    /// <summary>What those who were not served saw.</summary>
    public ConcurrentQueue<string> Failures { get; } = [];

    public static Clients StartTo(int port) => new(port);

    /// <returns>The name of the backend that served.</returns>
    /// <exception cref="IOException">Refused, reset or ended before it had said its name.</exception>
    public static async Task<string> WhoServesAsync(int port)
    {
        using var client = new TcpClient();
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
            using var reader = new StreamReader(client.GetStream());
            return await reader.ReadLineAsync(deadline.Token) ?? throw new EndOfStreamException("ended before the backend's name");
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>Stops them, and waits for the last.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(int port)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await WhoServesAsync(port);
                Interlocked.Increment(ref _served);
            }
            catch (IOException e)
            {
                Failures.Enqueue(e.Message);
            }

            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }
}
