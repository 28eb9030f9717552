using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A client that verifies whom it talks to, and reads the greeting.</summary>
internal sealed class TlsClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SslStream _tls;

    private TlsClient(SslStream tls) => _tls = tls;

    /// <summary>The name of the backend at the other end.</summary>
    public string Greeting { get; private set; } = "";

    public SslProtocols Protocol => _tls.SslProtocol;

    /// <param name="endPoint">The load balancer.</param>
    /// <param name="ca">Who must have signed the backend's certificate.</param>
    /// <param name="protocols">The versions offered.</param>
    /// <param name="over">Wraps the connection, to send it in odd pieces.</param>
    /// <param name="serverName">The name to ask for and to find in the certificate; for an IP address no client asks.</param>
    public static async Task<TlsClient> ConnectAsync(
        EndPoint endPoint, ClusterCa ca, SslProtocols protocols = SslProtocols.None, Func<Stream, Stream>? over = null, string serverName = "localhost")
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endPoint).WaitAsync(Patience, TimeProvider.System);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        TlsClient client = new(new SslStream(over is null ? stream : over(stream)));
        try
        {
            await client._tls.AuthenticateAsClientAsync(Options(ca, protocols, serverName)).WaitAsync(Patience, TimeProvider.System);
            client.Greeting = await client.ReadLineAsync().WaitAsync(Patience, TimeProvider.System);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends the bytes and reads as many back, both at once.</summary>
    public async Task<byte[]> EchoAsync(byte[] bytes)
    {
        var answer = new byte[bytes.Length];
        var reading = _tls.ReadExactlyAsync(answer).AsTask();
        await _tls.WriteAsync(bytes);
        await reading.WaitAsync(Patience, TimeProvider.System);
        return answer;
    }

    public ValueTask DisposeAsync() => _tls.DisposeAsync();

    private static SslClientAuthenticationOptions Options(ClusterCa ca, SslProtocols protocols, string serverName)
    {
        X509ChainPolicy trust = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(ca.File);
        return new SslClientAuthenticationOptions { TargetHost = serverName, EnabledSslProtocols = protocols, CertificateChainPolicy = trust };
    }

    private async Task<string> ReadLineAsync()
    {
        List<byte> line = [];
        var one = new byte[1];
        while (true)
        {
            await _tls.ReadExactlyAsync(one);
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]);
            }

            line.Add(one[0]);
        }
    }
}
