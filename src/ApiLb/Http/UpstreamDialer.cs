using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb.Http;

/// <summary>
/// Connects to the backends of one pool for requests, TLS included: here and not in SocketsHttpHandler, because that one takes
/// the name of the certificate from the Host header, which is the client's to choose. Thread-safe.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Forgotten while connections may still use it; it holds no handle.")]
internal sealed class UpstreamDialer
{
    private readonly UpstreamTerms _terms;
    private readonly StreamReactors _reactors;
    private readonly TimeProvider _time;
    private readonly TrustedCa _ca;
    private readonly ProbeCredentials _credentials;

    public UpstreamDialer(UpstreamTerms terms, StreamReactors reactors, TimeProvider time, ILogger logger)
    {
        _reactors = reactors;
        _terms = terms;
        _time = time;
        _ca = new TrustedCa(terms.CaFile, logger);
        _credentials = new ProbeCredentials(
            new HealthOptions { Type = HealthCheckType.Https, ClientCertificateFile = terms.CertificateFile, ClientKeyFile = terms.KeyFile }, logger);
    }

    /// <exception cref="DialException">There is no connection.</exception>
    public async ValueTask<Stream> ConnectAsync(Backend backend, TimeSpan timeout, bool asksForHttp2, CancellationToken cancellation)
    {
        var target = backend.Target ?? throw new DialException(HealthCause.UnresolvedName, $"{backend} has no address yet");
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        Stream? stream = null;
        try
        {
            var socket = await StreamDial.ConnectAsync(target, _reactors.Next(), either.Token);
            stream = new SocketStream(socket);
            stream = _terms.IsTls ? await SecureAsync(stream, backend, asksForHttp2, either.Token) : stream;
            socket.CountAt(backend.Counters.Relayed);
            socket.ContinuesOnReactor = true;
            return stream;
        }
        catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException)
        {
            var isConnected = stream is not null;
            await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
            cancellation.ThrowIfCancellationRequested();
            throw error as DialException ?? new DialException(CauseOf(error, isConnected), error.Message, error);
        }
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
        DialFailedException dial => dial.Failure switch
        {
            DialFailure.Refused => HealthCause.Refused,
            DialFailure.TimedOut => HealthCause.ConnectTimeout,
            DialFailure.LocalFault => HealthCause.LocalFault,
            DialFailure.Reset => HealthCause.Reset,
            _ => HealthCause.Unreachable,
        },
        AuthenticationException => HealthCause.TlsHandshake,
        OperationCanceledException => isConnected ? HealthCause.FirstByteTimeout : HealthCause.ConnectTimeout,
        _ => HealthCause.Reset,
    };
}
