using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ApiLb.IntegrationTests.Http;

/// <summary>Sends bytes and reads bytes, for what no HTTP client would do.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _patience;
    private readonly Socket _socket;

    private RawClient(Socket socket, TimeSpan patience)
    {
        _patience = new CancellationTokenSource(patience, TimeProvider.System);
        _socket = socket;
        Stream = new NetworkStream(socket);
    }

    public NetworkStream Stream { get; }

    public static async Task<RawClient> ConnectAsync(EndPoint endPoint, int? receiveBuffer = null, TimeSpan? patience = null)
    {
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        if (endPoint is IPEndPoint)
        {
            socket.NoDelay = true;
        }

        if (receiveBuffer is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        await socket.ConnectAsync(endPoint);
        return new RawClient(socket, patience ?? Deadline);
    }

    /// <summary>All up to the empty line, which is included; what came before the end of the connection, if that comes first.</summary>
    public static async Task<string> ReadHeadAsync(Stream stream, CancellationToken stop)
    {
        StringBuilder head = new();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, stop) > 0)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    public Task SendAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text), _patience.Token).AsTask();

    public Task<string> ReadHeadAsync() => ReadHeadAsync(Stream, _patience.Token);

    public async Task<string> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes, _patience.Token);
        return Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Reads to the end; a reset counts as one.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using MemoryStream all = new();
        try
        {
            await Stream.CopyToAsync(all, _patience.Token);
        }
        catch (IOException)
        {
            // Reset.
        }

        return Encoding.Latin1.GetString(all.ToArray());
    }

    public void Dispose()
    {
        Stream.Dispose();
        _socket.Dispose();
        _patience.Dispose();
    }
}
