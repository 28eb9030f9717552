using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>
/// Stands in for an apiserver, and can be overloaded in a way that a real one cannot be at will: it accepts nobody any more, so that its
/// queue fills and its kernel drops SYNs as if the host were gone; but it goes on serving who is connected, only slowly.
/// </summary>
internal sealed class OverloadedApiServer : IAsyncDisposable
{
    private const int UsualBacklog = 512;

    /// <summary>Linux takes one more than this into the queue.</summary>
    private const int OverloadedBacklog = 1;

    private static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EventPeriod = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly X509Certificate2 _certificate;
    private readonly Socket _listening;
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;
    private volatile bool _isOverloaded;

    public OverloadedApiServer(LabHost host, string certificateFile, string keyFile)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        _listening = host.Namespace.CreateSocket();
        _listening.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listening.Bind(host.ApiEndPoint);
        _listening.Listen(UsualBacklog);
        _accepting = AcceptAsync();
    }

    public void Overload()
    {
        _isOverloaded = true;
        _listening.Listen(OverloadedBacklog);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listening.Dispose();
        await _accepting;
        await Task.WhenAll(_serving);
        _certificate.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listening.AcceptAsync(_stop.Token);
                if (_isOverloaded)
                {
                    using (socket)
                    {
                        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                    }
                }

                _serving.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed while it waited.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var connection = new NetworkStream(socket, ownsSocket: true);
        using var tls = new SslStream(connection);
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, _stop.Token);
            using var requests = new StreamReader(tls, Encoding.ASCII);
            for (var isFirst = true; await ReadRequestAsync(requests) is { } request; isFirst = false)
            {
                // Not the first: new connections are measured by how fast they get an answer, and this is not about slow answers to them.
                if (_isOverloaded && !isFirst)
                {
                    await Task.Delay(SlowAnswer, TimeProvider.System, _stop.Token);
                }

                await AnswerAsync(tls, request.Path);
                if (request.IsLast)
                {
                    return;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or AuthenticationException or OperationCanceledException)
        {
            // The client or the test has had enough.
        }
    }

    private async Task<(string Path, bool IsLast)?> ReadRequestAsync(StreamReader requests)
    {
        var first = await requests.ReadLineAsync(_stop.Token);
        var isLast = false;
        while (await requests.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
        {
            isLast |= header.Equals("Connection: close", StringComparison.OrdinalIgnoreCase);
        }

        return first?.Split(' ') is [_, var path, ..] ? (path, isLast) : null;
    }

    private async Task AnswerAsync(SslStream tls, string path)
    {
        if (path.Contains("watch=1", StringComparison.Ordinal))
        {
            await SendEventsAsync(tls);
        }

        // Whoever wants more than that it lives, the controller manager for one, finds another apiserver on its next connection.
        var isKnown = path is "/version" or "/readyz" or "/livez" or "/healthz";
        await WriteAsync(tls, isKnown
            ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            : "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private async Task SendEventsAsync(SslStream tls)
    {
        const string bookmark = """{"type":"BOOKMARK","object":{"metadata":{}}}""" + "\n";
        await WriteAsync(tls, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (true)
        {
            await WriteAsync(tls, string.Create(CultureInfo.InvariantCulture, $"{bookmark.Length:x}\r\n{bookmark}\r\n"));
            await Task.Delay(EventPeriod, TimeProvider.System, _stop.Token);
        }
    }

    private async Task WriteAsync(SslStream tls, string text) => await tls.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
