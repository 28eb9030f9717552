using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Opens the connections of checks: TCP, and TLS verified against the pool's CA. Ours rather than the HTTP handler's, so that
/// every failure below HTTP keeps its cause.
/// </summary>
/// <param name="ca">Null: no TLS.</param>
/// <param name="name">Asked for in SNI and expected in the certificate.</param>
/// <param name="protocols">Offered in ALPN; null: none.</param>
/// <param name="client">Shown to a server that asks for a certificate; null: nothing is.</param>
internal sealed class ProbeDialer(TrustedCa? ca, string name, List<SslApplicationProtocol>? protocols, ClientCertificate? client = null)
{
    public async ValueTask<DialResult> DialAsync(EndPoint endPoint, CancellationToken deadline)
    {
        Socket? socket = null;
        try
        {
            socket = OpenSocket(endPoint);
            await socket.ConnectAsync(endPoint, deadline);
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            return DialResult.Failed(SocketVerdict.ConnectTimeout);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return DialResult.Failed(ConnectFailure(endPoint, e.SocketErrorCode));
        }

        var stream = new NetworkStream(socket, ownsSocket: true);
        return ca is null
            ? DialResult.Open(new ProbeConnection(socket, stream, endPoint))
            : await SecureAsync(socket, stream, endPoint, ca, deadline);
    }

    private static Socket OpenSocket(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    // .NET reports ENOENT, a unix socket that is not there, with the code it also uses for exhausted local ports.
    private static ProbeVerdict ConnectFailure(EndPoint endPoint, SocketError error) =>
        endPoint is UnixDomainSocketEndPoint && error == SocketError.AddressNotAvailable
            ? ProbeVerdict.Unreachable(ProbeLayer.L4, HealthCause.Refused, "no such socket")
            : SocketVerdict.From(error, ProbeLayer.L4);

    private async ValueTask<DialResult> SecureAsync(
        Socket socket, NetworkStream stream, EndPoint endPoint, TrustedCa trust, CancellationToken deadline)
    {
        var received = new FirstByteStream(stream);
        var tls = new SslStream(received, leaveInnerStreamOpen: false);
        var check = new CertificateCheck(name, trust.Source);
        ProbeVerdict failure;
        try
        {
            if (await OptionsAsync(trust, check, deadline) is { } options)
            {
                await tls.AuthenticateAsClientAsync(options, deadline);
                return DialResult.Open(new ProbeConnection(socket, tls, endPoint));
            }

            failure = ProbeVerdict.LocalFault(ProbeLayer.L6, $"no CA to verify with: {trust.Source} is not usable");
        }
        catch (OperationCanceledException)
        {
            failure = ProbeVerdict.Silent(ProbeLayer.L6, "TLS handshake not answered in time");
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            failure = check.Failure ?? HandshakeFailure(received, e);
        }

        await tls.DisposeAsync();
        return DialResult.Failed(failure);
    }

    private async ValueTask<SslClientAuthenticationOptions?> OptionsAsync(
        TrustedCa trust, CertificateCheck check, CancellationToken deadline) =>
        await trust.GetPolicyAsync(deadline) is { } policy
            ? new SslClientAuthenticationOptions
            {
                TargetHost = name,
                ApplicationProtocols = protocols,
                CertificateChainPolicy = policy,
                RemoteCertificateValidationCallback = check.Accept,
                ClientCertificateContext = client is null ? null : await client.GetContextAsync(deadline),

                // A fresh connection is there to see the certificate that is served now, not the one of an old session.
                AllowTlsResume = false,
            }
            : null;

    private static ProbeVerdict HandshakeFailure(FirstByteStream received, Exception e) => received switch
    {
        { HasReceived: true, IsTls: false } =>
            ProbeVerdict.Unreachable(ProbeLayer.L6, HealthCause.NotTls, "answered TLS with something else"),
        _ when SocketVerdict.Find(e) is { } error => SocketVerdict.From(error, ProbeLayer.L6),
        { HasReceived: false } => ProbeVerdict.Unreachable(ProbeLayer.L6, HealthCause.Closed, "closed instead of a TLS handshake"),
        _ => ProbeVerdict.Unreachable(
            ProbeLayer.L6, HealthCause.TlsHandshake, $"TLS handshake failed: {(e.InnerException ?? e).Message}"),
    };
}
