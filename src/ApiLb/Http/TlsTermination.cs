using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;
using ApiLb.Probing;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace ApiLb.Http;

/// <summary>Ends TLS for the clients of one <c>https</c> listener. Thread-safe.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Forgotten while connections may still use it; it holds no handle.")]
internal sealed partial class TlsTermination(string listener, ListenerTlsOptions options, ServerCertificates certificates, ILogger logger)
{
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly TrustedCa _clients = new(options.ClientCaFile, logger);

    /// <summary>The handshake, after which the connection's pipe carries plain text.</summary>
    /// <returns>Null when it failed, or took longer than the client may take; else dispose it.</returns>
    public async ValueTask<TlsSession?> BeginAsync(RequestConnection connection, TimeSpan patience, TimeProvider time)
    {
        // SslStream cannot be told not to dispose a session that others still use: it is the session's own from here on.
        var stream = new SslStream(connection.Stream);
        using var deadline = new CancellationTokenSource(patience > TimeSpan.Zero ? patience : TimeSpan.Zero, time);
        try
        {
            await stream.AuthenticateAsServerAsync(OnHelloAsync, state: null, deadline.Token);
        }
        catch (Exception error) when (error is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException)
        {
            Log.Failed(logger, listener, connection.RemoteEndPoint, error.InnerException?.Message ?? error.Message);
            await stream.DisposeAsync();
            return null;
        }

        var session = new TlsSession(stream, time);
        connection.Transport = session;
        connection.Features.Set<ITlsConnectionFeature>(session);
        connection.Features.Set<ITlsHandshakeFeature>(session);
        connection.Features.Set<ITlsApplicationProtocolFeature>(session);
        return session;
    }

    private async ValueTask<SslServerAuthenticationOptions> OnHelloAsync(SslStream stream, SslClientHelloInfo hello, object? state, CancellationToken cancellation)
    {
        var asks = options.ClientCertificates != ClientCertificates.None;
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = await certificates.FindAsync(hello.ServerName, cancellation)
                ?? throw new AuthenticationException("the listener has no usable certificate"),
            ApplicationProtocols = Protocols,
            EnabledSslProtocols = options.MinimumVersion == ListenerTlsOptions.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            ClientCertificateRequired = asks,
            CertificateChainPolicy = asks ? await _clients.GetPolicyAsync(cancellation) ?? throw new AuthenticationException("the clients' CA file is unusable") : null,
            RemoteCertificateValidationCallback = asks ? Accepts : null,
        };
    }

    private bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is null ? options.ClientCertificates != ClientCertificates.Require : errors == SslPolicyErrors.None;

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Debug, "Listener {Listener}: no TLS with {Client}: {Reason}")]
        public static partial void Failed(ILogger logger, string listener, System.Net.EndPoint? client, string reason);
    }
}
