using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.Kubernetes;

namespace ApiLb.Validation.Requests;

/// <summary>
/// One new TCP connection with a whole TLS handshake and one anonymous request, as a client that has just started makes it. Stays open
/// until it is disposed. Whatever a network does is a result, not an exception.
/// </summary>
internal sealed class ApiVisit(ServerTrust trust, string serverName, TimeProvider time) : IDisposable
{
    private const int LargestAnswer = 64 * 1024;

    // Forbidden and unauthorized are answers too: clusters may turn anonymous requests away.
    private static readonly int[] Answers = [200, 401, 403];

    private Socket? _socket;
    private SslStream? _tls;
    private string? _certificate;

    /// <param name="address">The balancer, or an apiserver itself.</param>
    /// <param name="path">Such as <c>/version</c>.</param>
    /// <param name="patience">After which it has failed.</param>
    /// <param name="cancellationToken">Ends it with an exception.</param>
    public async Task<VisitResult> AskAsync(EndPoint address, string path, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var deadline = new Deadline(patience, time, cancellationToken);
        var answer = "";
        string? failure;
        try
        {
            answer = await ExchangeAsync(await ConnectAsync(address, deadline.Token), path, deadline.Token);
            failure = Array.IndexOf(Answers, StatusOf(answer)) >= 0 ? null : string.Create(CultureInfo.InvariantCulture, $"status {StatusOf(answer)}");
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && Explain(e) is { } why)
        {
            failure = why;
        }

        return new VisitResult(failure, StatusOf(answer), BodyOf(answer), time.GetElapsedTime(started), _certificate);
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _socket?.Dispose();
    }

    private async Task<SslStream> ConnectAsync(EndPoint address, CancellationToken cancellationToken)
    {
        _socket = address is DnsEndPoint
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(address.AddressFamily, SocketType.Stream, address is UnixDomainSocketEndPoint ? ProtocolType.Unspecified : ProtocolType.Tcp);
        await _socket.ConnectAsync(address, cancellationToken);
        _tls = new SslStream(new NetworkStream(_socket));
        var options = trust.NewOptions();
        options.AllowTlsResume = false;
        await _tls.AuthenticateAsClientAsync(options, cancellationToken);
        _certificate = (_tls.RemoteCertificate as X509Certificate2)?.Thumbprint;
        return _tls;
    }

    private async Task<string> ExchangeAsync(SslStream tls, string path, CancellationToken cancellationToken)
    {
        var request = $"GET {path} HTTP/1.1\r\nHost: {serverName}\r\nUser-Agent: apilb\r\nAccept: */*\r\n\r\n";
        await tls.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);
        var buffer = new byte[LargestAnswer];
        var length = 0;
        while (!IsWhole(Encoding.UTF8.GetString(buffer, 0, length)) && length < buffer.Length)
        {
            var read = await tls.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read > 0 ? read : throw new IOException("the answer was cut short");
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    // RFC 9112, 6.3: a body has a length, or ends with its last chunk; Go chunks what is longer than 2 KiB.
    private static bool IsWhole(string answer)
    {
        const string EndOfHead = "\r\n\r\n";
        const string LastChunk = "\r\n0\r\n\r\n";
        var head = answer.IndexOf(EndOfHead, StringComparison.Ordinal);
        if (head < 0)
        {
            return false;
        }

        var body = answer[(head + EndOfHead.Length)..];
        return LengthOf(answer[..head]) is { } length ? Encoding.UTF8.GetByteCount(body) >= length : body.EndsWith(LastChunk, StringComparison.Ordinal);
    }

    private static int? LengthOf(string head)
    {
        const string Name = "Content-Length:";
        var line = head.Split("\r\n").FirstOrDefault(l => l.StartsWith(Name, StringComparison.OrdinalIgnoreCase));
        return int.TryParse(line?[Name.Length..], NumberStyles.Integer, CultureInfo.InvariantCulture, out var length) ? length : null;
    }

    private static int StatusOf(string answer) =>
        answer.Split(' ', 3) is [['H', 'T', 'T', 'P', ..], var status, _] && int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0;

    private static string BodyOf(string answer) => answer.Split("\r\n\r\n", 2) is [_, var body] ? body : "";

    private string? Explain(Exception e) => e switch
    {
        OperationCanceledException => "no answer in time",
        AuthenticationException => trust.Failure ?? KubernetesFailure.Shorten(e.Message),
        SocketException socket => Words(socket),
        IOException { InnerException: SocketException inner } => Words(inner),
        IOException => KubernetesFailure.Shorten(e.Message),
        _ => null,
    };

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData => "the name does not resolve",
        _ => KubernetesFailure.Shorten(e.Message),
    };
}
