using System.Net.Sockets;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>Bytes that one end of a connection sends and the other reads, as fast as both can, until the connection ends.</summary>
internal sealed class Flood
{
    private readonly Task _reading;
    private readonly Task _sending;
    private long _carried;

    public Flood(Connection from, Connection to)
    {
        _sending = Task.Run(() => SendAsync(from));
        _reading = Task.Run(() => ReadAsync(to));
    }

    /// <summary>Waits until so many bytes have arrived.</summary>
    public Task CarriesAsync(long bytes) =>
        Eventually.HoldsAsync(() => Interlocked.Read(ref _carried) >= bytes, () => $"{Interlocked.Read(ref _carried)} bytes of {bytes}");

    /// <summary>Waits until both ends know that it is over, whichever way.</summary>
    public Task EndAsync() => Task.WhenAll(_reading, _sending).WaitAsync(Connection.Patience, TimeProvider.System);

    private static async Task SendAsync(Connection from)
    {
        var block = new byte[65536];
        try
        {
            while (true)
            {
                await from.Socket.SendAsync(block);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task ReadAsync(Connection to)
    {
        var block = new byte[65536];
        try
        {
            while (await to.Socket.ReceiveAsync(block) is > 0 and var length)
            {
                Interlocked.Add(ref _carried, length);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }
}
