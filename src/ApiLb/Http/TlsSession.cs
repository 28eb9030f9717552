using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace ApiLb.Http;

/// <summary>TLS that ended here, as a connection's pipe and as the features from which Kestrel learns of it.</summary>
internal sealed class TlsSession(SslStream stream) : IDuplexPipe, ITlsConnectionFeature, ITlsHandshakeFeature, ITlsApplicationProtocolFeature, IAsyncDisposable
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    /// <summary>What the client showed and was trusted; null: nothing.</summary>
    public X509Certificate2? ClientCertificate
    {
        get => stream.RemoteCertificate as X509Certificate2;
        set => throw new NotSupportedException();
    }

    public ReadOnlyMemory<byte> ApplicationProtocol => stream.NegotiatedApplicationProtocol.Protocol;

    public SslProtocols Protocol => stream.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite => stream.NegotiatedCipherSuite;

    public string HostName => stream.TargetHostName;

    // Told by the cipher suite since TLS 1.3, and obsolete: RFC 8446 names all of them at once.
#pragma warning disable SYSLIB0058
    public CipherAlgorithmType CipherAlgorithm => stream.CipherAlgorithm;

    public int CipherStrength => stream.CipherStrength;

    public HashAlgorithmType HashAlgorithm => stream.HashAlgorithm;

    public int HashStrength => stream.HashStrength;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => stream.KeyExchangeAlgorithm;

    public int KeyExchangeStrength => stream.KeyExchangeStrength;
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

        await stream.DisposeAsync();
    }
}
