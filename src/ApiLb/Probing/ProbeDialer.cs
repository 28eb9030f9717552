using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Opens the connections of checks: TCP, and TLS verified against the pool's CA. Ours rather than the HTTP handler's, so that
/// every failure below HTTP keeps its cause.
/// </summary>
/// <param name="terms">Null: no TLS.</param>
/// <param name="proxyHeader">Sent before everything else; empty: none.</param>
/// <param name="time">The clock.</param>
/// <param name="unheard">As for <see cref="AckWatch"/>.</param>
internal sealed class ProbeDialer(TlsTerms? terms, ReadOnlyMemory<byte> proxyHeader, TimeProvider time, Action? unheard = null)
{
    public ValueTask<DialResult> DialAsync(EndPoint endPoint, CancellationToken deadline) => DialAsync(endPoint, deadline, deadline);

    /// <param name="endPoint">Where to.</param>
    /// <param name="patience">Cancelled when the answer to the SYN is no longer waited for.</param>
    /// <param name="deadline">Cancelled when the check has to end.</param>
    public async ValueTask<DialResult> DialAsync(EndPoint endPoint, CancellationToken patience, CancellationToken deadline)
    {
        Socket? socket = null;
        try
        {
            socket = OpenSocket(endPoint);
            await socket.ConnectAsync(endPoint, patience);
            if (!proxyHeader.IsEmpty)
            {
                await socket.SendAsync(proxyHeader, patience);
            }
        }
        catch (OperationCanceledException)
        {
            socket?.Dispose();
            return DialResult.Failed(SocketVerdict.ConnectTimeout);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            return DialResult.Failed(ConnectFailure(endPoint, e.SocketErrorCode) with { IsFresh = true });
        }

        // The connection outlives the conversation on it: its kernel still tells whether the other one is there.
        var stream = new LentStream(socket);
        return terms is null
            ? DialResult.Open(new ProbeConnection(socket, stream, endPoint), null)
            : await SecureAsync(socket, stream, endPoint, terms, deadline);
    }

    private static Socket OpenSocket(EndPoint endPoint)
    {
        if (endPoint is UnixDomainSocketEndPoint)
        {
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        }

        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)AckWatch.Keepalive.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)AckWatch.Keepalive.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return socket;
    }

    // .NET reports ENOENT, a unix socket that is not there, with the code it also uses for exhausted local ports.
    private static ProbeVerdict ConnectFailure(EndPoint endPoint, SocketError error) =>
        endPoint is UnixDomainSocketEndPoint && error == SocketError.AddressNotAvailable
            ? ProbeVerdict.Unreachable(ProbeLayer.L4, HealthCause.Refused, "no such socket")
            : SocketVerdict.From(error, ProbeLayer.L4);

    private async ValueTask<DialResult> SecureAsync(
        Socket socket, LentStream stream, EndPoint endPoint, TlsTerms terms, CancellationToken deadline)
    {
        using var watch = new AckWatch(() => TcpVitals.Read(socket), time, unheard, deadline);
        var received = new FirstByteStream(stream);
        var tls = new SslStream(received, leaveInnerStreamOpen: false);
        var check = new CertificateCheck(terms);
        ProbeVerdict failure;
        try
        {
            if (await terms.Ca.GetPolicyAsync(deadline) is not { } policy)
            {
                failure = ProbeVerdict.LocalFault(ProbeLayer.L6, $"no CA to verify with: {terms.Ca.Source} is not usable");
            }
            else if (await terms.Credentials.GetCertificateAsync(deadline) is var client && client is null && terms.Credentials.HasCertificate)
            {
                failure = ProbeVerdict.LocalFault(ProbeLayer.L6, $"no client certificate: {terms.Credentials.CertificateSource} is not usable");
            }
            else
            {
                await tls.AuthenticateAsClientAsync(OptionsOf(terms, policy, client, check), watch.Token);
                return DialResult.Open(new ProbeConnection(socket, tls, endPoint), check.Facts);
            }
        }
        catch (OperationCanceledException)
        {
            failure = watch.IsHostSilent || (TcpVitals.Read(socket) is { } vitals && AckWatch.IsSilence(vitals, TimeSpan.MaxValue))
                ? ProbeVerdict.Unacknowledged(ProbeLayer.L6, "the host stopped acknowledging during the TLS handshake")
                : ProbeVerdict.Silent(ProbeLayer.L6, "TLS handshake not answered in time");
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            failure = check.Failure ?? HandshakeFailure(received, e);
        }

        await tls.DisposeAsync();
        socket.Dispose();
        return DialResult.Failed(failure with { IsFresh = true }, check.Facts);
    }

    private static SslClientAuthenticationOptions OptionsOf(
        TlsTerms terms, X509ChainPolicy policy, SslStreamCertificateContext? client, CertificateCheck check) => new()
        {
            TargetHost = terms.Name,
            ApplicationProtocols = terms.Protocols,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = check.Accept,
            ClientCertificateContext = client,

            // A fresh connection is there to see the certificate that is served now, not the one of an old session.
            AllowTlsResume = false,
        };

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
