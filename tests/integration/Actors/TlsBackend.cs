using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A TLS server that greets with its name and then echoes.</summary>
internal sealed class TlsBackend : IAsyncDisposable
{
    private readonly string _name;
    private readonly X509Certificate2 _certificate;
    private readonly AcceptingServer _server;
    private int _hellos;
    private int _handshakes;

    /// <param name="name">What it greets with.</param>
    /// <param name="ca">Signs its certificate.</param>
    /// <param name="serverNames">In the certificate, besides the loopback's.</param>
    public TlsBackend(string name, ClusterCa ca, params string[] serverNames)
    {
        _name = name;
        _certificate = ca.Issue(["localhost", "127.0.0.1", .. serverNames]);
        _server = new AcceptingServer(ServeAsync, 0);
        Options = new BackendOptions { Name = name, Address = new BackendAddress("127.0.0.1", _server.Port) };
    }

    public BackendOptions Options { get; }

    /// <summary>Connections so far, those of health checks included.</summary>
    public int Accepts => _server.Accepts;

    /// <summary>Connections on which a client has said something.</summary>
    public int Hellos => Volatile.Read(ref _hellos);

    public int Handshakes => Volatile.Read(ref _handshakes);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        if (await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, stop) == 0)
        {
            return;
        }

        Interlocked.Increment(ref _hellos);
        await using SslStream tls = new(new NetworkStream(socket));
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
        Interlocked.Increment(ref _handshakes);
        await tls.WriteAsync(Encoding.UTF8.GetBytes(_name + "\n"), stop);
        await tls.CopyToAsync(tls, stop);
        await tls.ShutdownAsync();
    }
}
