using System.Net.Sockets;
using System.Text;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>systemd's end of sd_notify(3): keeps what it is told.</summary>
internal sealed class NotifySocket : IAsyncDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Task _receiving;
    private volatile string _status = "";
    private int _feedings;

    public NotifySocket(string path)
    {
        Path = path;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _receiving = ReceiveAsync();
    }

    public string Path { get; }

    /// <summary>How often the watchdog was fed.</summary>
    public int Feedings => Volatile.Read(ref _feedings);

    /// <summary>The line that <c>systemctl status</c> shows.</summary>
    public string Status => _status;

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _receiving;
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var length = await _socket.ReceiveAsync(buffer);
                foreach (var line in Encoding.UTF8.GetString(buffer, 0, length).Split('\n'))
                {
                    Take(line);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private void Take(string line)
    {
        if (line == "WATCHDOG=1")
        {
            Interlocked.Increment(ref _feedings);
        }
        else if (line.StartsWith("STATUS=", StringComparison.Ordinal))
        {
            _status = line["STATUS=".Length..];
        }
    }
}
