using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Demo;
using ApiLb.Demo.StandIns;
using Xunit;

namespace ApiLb.IntegrationTests.Demo;

/// <summary>One stand-in named cp2 on a free port, serving, with its CA; and clients that verify it.</summary>
internal sealed class StandInBench : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly DemoAuthority _authority = new(TimeProvider.System);

    private StandInBench()
    {
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        Cp2 = new ApiServerStandIn("cp2", any, _authority.IssueServerCertificate("cp2", any.Address), TimeProvider.System);
    }

    public ApiServerStandIn Cp2 { get; }

    public string Url => $"https://127.0.0.1:{Cp2.EndPoint.Port}";

    public string CaPem => _authority.ToPem();

    public static async Task<StandInBench> StartAsync()
    {
        var bench = new StandInBench();
        await bench.Cp2.ReviveAsync(TestContext.Current.CancellationToken);
        return bench;
    }

    public HttpClient CreateClient(Version version)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = TrustingTheAuthority() },
        };
        return new HttpClient(handler)
        {
            BaseAddress = new Uri(Url),
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Deadline,
        };
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(Deadline);
        await socket.ConnectAsync(Cp2.EndPoint, deadline.Token);
        return socket;
    }

    public async Task<SslStream> HandshakeAsync(Socket socket, CancellationToken cancellationToken)
    {
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var options = new SslClientAuthenticationOptions { TargetHost = "cp2", CertificateChainPolicy = TrustingTheAuthority() };
        await stream.AuthenticateAsClientAsync(options, cancellationToken);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        await Cp2.DisposeAsync();
        _authority.Dispose();
    }

    private X509ChainPolicy TrustingTheAuthority() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _authority.Certificate },
        RevocationMode = X509RevocationMode.NoCheck,
    };
}
