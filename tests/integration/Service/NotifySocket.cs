using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;

namespace ApiLb.IntegrationTests.Service;

/// <summary>systemd's end of sd_notify: a real datagram socket that keeps what it is told.</summary>
internal sealed class NotifySocket : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-notify-");
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _receiving;

    public NotifySocket()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Path));
        _receiving = Task.Run(ReceiveAsync);
    }

    public string Path => System.IO.Path.Combine(_folder.FullName, "notify");

    public ConcurrentQueue<string> Messages { get; } = [];

    /// <summary>The first message of this kind, such as READY=1; empty when there was none.</summary>
    public string First(string kind) => Messages.FirstOrDefault(m => m.Split('\n').Contains(kind)) ?? "";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _receiving;
        _socket.Dispose();
        _stop.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer, _stop.Token);
                Messages.Enqueue(Encoding.UTF8.GetString(buffer, 0, length));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
