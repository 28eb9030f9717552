using System.Net;
using System.Net.Sockets;

namespace ApiLb.Probing;

/// <summary>
/// One connection and the HTTP handler that may use it and no other: a handler that asks for a second connection learns that the
/// first one is gone. Not thread-safe: one check at a time.
/// </summary>
internal sealed class KeptConnection : IAsyncDisposable
{
    private const int MaxHeadersKilobytes = 16;

    private readonly ProbeConnection _connection;
    private readonly HttpMessageInvoker _invoker;
    private bool _isHandedOut;

    public KeptConnection(ProbeConnection connection)
    {
        _connection = connection;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = HandOut,
            MaxConnectionsPerServer = 1,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        });
    }

    /// <summary>Requests sent so far.</summary>
    public int Requests { get; private set; }

    /// <summary>Checks that used it so far.</summary>
    public int Checks { get; set; }

    /// <summary>The next check has to be made over a new connection, and so on until one could be had.</summary>
    public bool IsToBeReplaced { get; set; }

    /// <summary>For looking at, not for use.</summary>
    public Socket Socket => _connection.Socket;

    public EndPoint EndPoint => _connection.EndPoint;

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken deadline)
    {
        Requests++;
        return _invoker.SendAsync(request, deadline);
    }

    /// <summary>Closes it in order.</summary>
    public async ValueTask CloseAsync(TimeProvider time)
    {
        await _connection.CloseAsync(time);
        await DisposeAsync();
    }

    /// <summary>Cuts it.</summary>
    public ValueTask DisposeAsync()
    {
        _invoker.Dispose();
        return _connection.AbortAsync();
    }

    private ValueTask<Stream> HandOut(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (_isHandedOut)
        {
            return ValueTask.FromException<Stream>(new IOException("the kept connection is gone"));
        }

        _isHandedOut = true;
        return ValueTask.FromResult(_connection.Stream);
    }
}
