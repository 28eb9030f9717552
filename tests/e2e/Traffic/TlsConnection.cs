using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>A connection under way or established, and what is known of the other side.</summary>
internal sealed class TlsConnection : IDisposable
{
    private FirstByteStream? _wire;
    private SslStream? _tls;

    /// <summary>True once a byte has come from an apiserver.</summary>
    public bool HasReceived => _wire is { HasReceived: true };

    /// <summary>Which apiserver it is, known by its certificate; null before the handshake is over.</summary>
    public string? Server { get; private set; }

    /// <summary>Connects and shakes hands.</summary>
    public async Task<SslStream> OpenAsync(TlsClient client, bool authenticate, CancellationToken cancellationToken)
    {
        _wire = await FirstByteStream.ConnectAsync(client.Target, cancellationToken);
        _tls = new SslStream(_wire);
        await _tls.AuthenticateAsClientAsync(client.Credentials.OptionsFor(client.Target.Address.ToString(), authenticate, client.OffersHttp2), cancellationToken);
        Server = _tls.RemoteCertificate is X509Certificate2 certificate ? client.NameOf(certificate) : null;
        return _tls;
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _wire?.Dispose();
    }
}
