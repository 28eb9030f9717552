using System.Net.Sockets;

namespace ApiLb.TransportTests;

/// <summary>A peer that sends as fast as it may, and counts what TCP has taken from it.</summary>
internal sealed class Flood : IDisposable
{
    private const int ChunkSize = 64 * 1024;

    private readonly CancellationTokenSource _stop = new();
    private long _sent;

    public Flood(Peer sender, byte[] bytes) => Done = SendAsync(sender, bytes);

    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Everything was sent, FIN included, or the connection has ended before.</summary>
    public Task Done { get; }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task SendAsync(Peer sender, byte[] bytes)
    {
        try
        {
            while (_sent < bytes.Length)
            {
                var chunk = bytes.AsMemory((int)_sent, Math.Min(ChunkSize, bytes.Length - (int)_sent));
                Volatile.Write(ref _sent, _sent + await sender.Socket.SendAsync(chunk, SocketFlags.None, _stop.Token));
            }

            sender.FinishSending();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The test has ended the connection.
        }
    }
}
