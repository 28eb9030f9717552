using System.Net;
using System.Text;
using ApiLb.Backends;
using ApiLb.Telemetry;

namespace ApiLb.Http;

/// <summary>
/// The connections that requests use to one backend, until it is retired: then idle ones are closed, and those in use when their requests are
/// over. Thread-safe.
/// </summary>
internal sealed class BackendClient
{
    /// <summary>Shorter than what servers usually grant (nginx 75 s, Go two minutes), so that mostly this side closes.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(55);

    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a backend may think about a request with <c>Expect: 100-continue</c> before its body is asked for all the same. Reading
    /// it makes Kestrel say 100, and who has said 100 should not refuse afterwards.
    /// </summary>
    private static readonly TimeSpan ExpectTimeout = TimeSpan.FromSeconds(5);

    private const int LongestHeadersKilobytes = 64;

    private readonly Backend _backend;
    private readonly UpstreamDialer _dialer;
    private readonly BackendPool _pool;
    private readonly ConnectionMetrics _metrics;
    private readonly TimeProvider _time;
    private int _users = 1; // The first is whoever retires it.
    private int _isRetired;

    public BackendClient(Backend backend, BackendPool pool, UpstreamDialer dialer, ConnectionMetrics metrics, TimeProvider time)
    {
        _backend = backend;
        _dialer = dialer;
        _pool = pool;
        _metrics = metrics;
        _time = time;
        Invoker = new HttpMessageInvoker(NewHandler());
    }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>Somebody is going to send a request.</summary>
    /// <returns>False: it is retired. True: <see cref="Leave"/> when there is an answer, or none.</returns>
    public bool TryEnter()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            Invoker.Dispose();
        }
    }

    /// <summary>No more requests than those that have entered. Any number of times.</summary>
    public void Retire()
    {
        if (Interlocked.Exchange(ref _isRetired, 1) == 0)
        {
            Leave();
        }
    }

    private SocketsHttpHandler NewHandler() => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = ConnectAsync,
        ConnectTimeout = Timeout.InfiniteTimeSpan,
        EnableMultipleHttp2Connections = true,
        Expect100ContinueTimeout = ExpectTimeout,
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
        MaxResponseHeadersLength = LongestHeadersKilobytes,
        PooledConnectionIdleTimeout = IdleTimeout,
        RequestHeaderEncodingSelector = RepeatedHeader.EncodingOf,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.Latin1,
        UseCookies = false,
        UseProxy = false,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var startedAt = _time.GetTimestamp();
        var asksForHttp2 = context.InitialRequestMessage.Version == HttpVersion.Version20;
        var stream = await _dialer.ConnectAsync(_backend, _pool.Options.Connect.Timeout, asksForHttp2, cancellation);
        _metrics.Connected(_backend, _time.GetElapsedTime(startedAt));
        return stream;
    }
}
