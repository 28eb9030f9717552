using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.ProxyProtocol;

/// <summary>
/// Client, HAProxy that sends a header, ApiLb that takes it and sends one, HAProxy that takes that: the last says whom it serves.
/// </summary>
public sealed class HaProxyTests : IDisposable
{
    private const string Who = "%[src]:%[src_port] %[dst]:%[dst_port]";

    private readonly ClusterCa _ca = new();
    private readonly IPEndPoint _front = HaProxy.NewEndPoint();
    private readonly IPEndPoint _back = HaProxy.NewEndPoint();

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData("send-proxy", "v1", false)]
    [InlineData("send-proxy", "v2", true)]
    [InlineData("send-proxy-v2", "v1", true)]
    [InlineData("send-proxy-v2", "v2", false)]
    [InlineData("send-proxy-v2 proxy-v2-options ssl,cert-cn,unique-id,crc32c", "v2", true)]
    public async Task HeadersOfHaProxy_AreUnderstoodAndOursAre(string sends, string version, bool isTls)
    {
        await using var behind = await StartBehindAsync(isTls);
        await using var daemon = await RunningDaemon.StartAsync(Between(version, isTls));
        await daemon.StatusBecomesAsync("haproxy", HealthStatus.Ready);
        await using var before = await HaProxy.StartAsync(
            $"""
            frontend clients
              bind {_front}
              default_backend apilb
            backend apilb
              server apilb {daemon.EndPoint} {sends}
            """,
            _front);

        var (client, answer) = await AskAsync(isTls);

        Assert.Equal($"{client} {_front}", answer);
        Assert.Equal(0, daemon.Counters.Closes(CloseReason.BadProxy));
    }

    [Theory]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    public async Task ChecksOfHaProxy_AreNoBadHeaders(string sends)
    {
        await using var behind = await StartBehindAsync(isTls: false);
        await using var daemon = await RunningDaemon.StartAsync(Between("v2", isTls: false));
        await using var before = await HaProxy.StartAsync(
            $"""
            listen clients
              bind {_front}
              mode http
              option httpchk
              server apilb {daemon.EndPoint} {sends} check-send-proxy check inter 50ms
            """,
            _front);

        await Eventually.HoldsAsync(() => daemon.Backend("haproxy").Counters.Connections >= 3, () => $"{daemon.Counters.Accepted} accepted");
        Assert.Equal(0, daemon.Counters.Closes(CloseReason.BadProxy));
    }

    /// <summary>Takes its header, and with TLS a client's handshake; says whom it serves.</summary>
    private async Task<HaProxy> StartBehindAsync(bool isTls)
    {
        var certificate = Path.Combine(Path.GetDirectoryName(_ca.File)!, "haproxy.pem");
        using var issued = _ca.Issue("localhost", "127.0.0.1");
        using var key = issued.GetECDsaPrivateKey()!;
        File.WriteAllText(certificate, issued.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return await HaProxy.StartAsync(
            $"""
            frontend backend
              mode http
              bind {_back} accept-proxy {(isTls ? $"ssl crt {certificate}" : "")}
              http-request return status 200 content-type text/plain lf-string "{Who}"
            """,
            _back);
    }

    private ApiLbOptions Between(string version, bool isTls)
    {
        BackendOptions backend = new() { Name = "haproxy", Address = new BackendAddress("127.0.0.1", _back.Port) };
        return (isTls ? Setup.Tls(backend) : Setup.Tcp(backend))
            .With((ListenerOptions l) => l with { ProxyProtocol = new ProxyProtocolOptions { From = [IPNetwork.Parse("127.0.0.1/32")] } })
            .With(p => p with
            {
                ProxyProtocol = Enum.Parse<ProxyProtocolVersion>(version, ignoreCase: true),
                Health = p.Health with { Type = isTls ? HealthCheckType.Https : HealthCheckType.Http, Path = "/", CaFile = isTls ? _ca.File : null },
            });
    }

    /// <returns>The client's own address, and what it was told.</returns>
    private async Task<(EndPoint? Client, string Answer)> AskAsync(bool isTls)
    {
        EndPoint? own = null;
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, stop) =>
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(_front, stop);
                own = socket.LocalEndPoint;
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        X509ChainPolicy trust = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.ImportFromPemFile(_ca.File);
        handler.SslOptions.CertificateChainPolicy = trust;
        using HttpClient http = new(handler);
        var answer = await http.GetStringAsync(new Uri($"{(isTls ? "https" : "http")}://localhost:{_front.Port}/"));
        return (own, answer);
    }
}
