using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ApiLb.Http;

/// <summary>TLS that ended here, as a connection's pipe and as the features from which Kestrel learns of it.</summary>
internal sealed class TlsSession : IDuplexPipe, ITlsConnectionFeature, ITlsHandshakeFeature, ITlsApplicationProtocolFeature, IAsyncDisposable
{
    private readonly SslStream _stream;
    private readonly Http2ClientStream? _http2;

    /// <param name="stream">After the handshake; the session's own from here on.</param>
    /// <param name="time">For what the client's frames may cost.</param>
    public TlsSession(SslStream stream, TimeProvider time)
    {
        _stream = stream;
        _http2 = stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2 ? new Http2ClientStream(stream, time) : null;
        Input = PipeReader.Create((Stream?)_http2 ?? stream, new StreamPipeReaderOptions(leaveOpen: true));
        Output = PipeWriter.Create((Stream?)_http2 ?? stream, new StreamPipeWriterOptions(leaveOpen: true));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Why it was ended here, in words of <see cref="Telemetry.ClientFault"/>; null: it was not.</summary>
    public string? Fault => _http2?.Fault;

    /// <summary>What the client showed and was trusted; null: nothing.</summary>
    public X509Certificate2? ClientCertificate
    {
        get => _stream.RemoteCertificate as X509Certificate2;
        set => throw new NotSupportedException();
    }

    public ReadOnlyMemory<byte> ApplicationProtocol => _stream.NegotiatedApplicationProtocol.Protocol;

    public SslProtocols Protocol => _stream.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite => _stream.NegotiatedCipherSuite;

    public string HostName => _stream.TargetHostName;

    // Told by the cipher suite since TLS 1.3, and obsolete: RFC 8446 names all of them at once.
#pragma warning disable SYSLIB0058
    public CipherAlgorithmType CipherAlgorithm => _stream.CipherAlgorithm;

    public int CipherStrength => _stream.CipherStrength;

    public HashAlgorithmType HashAlgorithm => _stream.HashAlgorithm;

    public int HashStrength => _stream.HashStrength;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => _stream.KeyExchangeAlgorithm;

    public int KeyExchangeStrength => _stream.KeyExchangeStrength;
#pragma warning restore SYSLIB0058

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await Input.CompleteAsync();
            await Output.CompleteAsync();
        }
        catch (IOException)
        {
            // What was still to be written has nobody left to read it.
        }

        await _stream.DisposeAsync();
    }
}
