using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging;

namespace ApiLb.Http;

/// <summary>
/// Connects to the backends of one pool for requests, TLS included: here and not in SocketsHttpHandler, because that one takes
/// the name of the certificate from the Host header, which is the client's to choose. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Forgotten while connections may still use it; it holds no handle.")]
internal sealed class UpstreamDialer
{
    private static readonly TimeSpan KeepAliveIdle = TimeSpan.FromSeconds(15);
    private const int KeepAliveInterval = 5;
    private const int KeepAliveCount = 3;

    private readonly UpstreamTerms _terms;
    private readonly TimeProvider _time;
    private readonly TrustedCa _ca;
    private readonly ProbeCredentials _credentials;

    public UpstreamDialer(UpstreamTerms terms, TimeProvider time, ILogger logger)
    {
        _terms = terms;
        _time = time;
        _ca = new TrustedCa(terms.CaFile, logger);
        _credentials = new ProbeCredentials(
            new HealthOptions { Type = HealthCheckType.Https, ClientCertificateFile = terms.CertificateFile, ClientKeyFile = terms.KeyFile }, logger);
    }

    /// <exception cref="DialException">There is no connection.</exception>
    public async ValueTask<Stream> ConnectAsync(Backend backend, TimeSpan timeout, bool asksForHttp2, CancellationToken cancellation)
    {
        var endPoint = backend.EndPoint ?? throw new DialException(HealthCause.UnresolvedName, $"{backend} has no address yet");
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        Stream? stream = null;
        try
        {
            stream = new NetworkStream(await DialAsync(endPoint, either.Token), ownsSocket: true);
            return _terms.IsTls ? stream = await SecureAsync(stream, backend, asksForHttp2, either.Token) : stream;
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            var isConnected = stream is not null;
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            cancellation.ThrowIfCancellationRequested();
            throw error as DialException ?? new DialException(CauseOf(error, isConnected), error.Message, error);
        }
    }

    private static async ValueTask<Socket> DialAsync(EndPoint endPoint, CancellationToken cancellation)
    {
        var isUnix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (!isUnix)
            {
                Configure(socket);
            }

            await socket.ConnectAsync(endPoint, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void Configure(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)KeepAliveIdle.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveInterval);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveCount);
    }

    private async ValueTask<Stream> SecureAsync(Stream plain, Backend backend, bool asksForHttp2, CancellationToken cancellation)
    {
        var policy = await _ca.GetPolicyAsync(cancellation) ?? throw new DialException(HealthCause.LocalFault, $"{_ca.Source} cannot be used");
        var name = _terms.ServerName ?? backend.Options.Address.Host;
        var check = new CertificateCheck(new TlsTerms(_ca, _credentials, name));
        var secure = new SslStream(plain);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    ApplicationProtocols = [asksForHttp2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11],
                    ClientCertificateContext = await _credentials.GetCertificateAsync(cancellation),
                    CertificateChainPolicy = policy,
                    RemoteCertificateValidationCallback = check.Accept,
                },
                cancellation);
        }
        catch (AuthenticationException) when (check.Failure is { } failure)
        {
            throw new DialException(failure.Report.Cause, failure.Report.Detail);
        }

        return !asksForHttp2 ? secure
            : secure.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? new HttpsSchemeStream(secure)
            : throw new DialException(HealthCause.TlsHandshake, "the backend does not offer HTTP/2");
    }

    private static HealthCause CauseOf(Exception error, bool isConnected) => error switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => HealthCause.Refused,
        SocketException { SocketErrorCode: SocketError.TimedOut } => HealthCause.ConnectTimeout,
        SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressNotAvailable } => HealthCause.LocalFault,
        SocketException => HealthCause.Unreachable,
        AuthenticationException => HealthCause.TlsHandshake,
        OperationCanceledException => isConnected ? HealthCause.FirstByteTimeout : HealthCause.ConnectTimeout,
        _ => HealthCause.Reset,
    };
}
