using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>What becomes of HTTP/2 clients that break its rules, and of those beside them.</summary>
public sealed class HostileHttp2Tests(Proxies proxies) : IClassFixture<Proxies>
{
    private static readonly Http2Attack[] All = [.. Http2Attacks.All, .. Http2Requests.All];

    public static TheoryData<string> Names() => [.. All.Select(attack => attack.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Attack_IsRefusedAndCountedAndNeverForwarded(string name)
    {
        var attack = All.Single(a => a.Name == name);
        var before = await proxies.FaultsAsync();
        proxies.BehindApiLb.Requests.Clear();
        await using var attacker = await Http2Attacker.ConnectAsync(proxies.ApiLbWithTls.EndPoint, settings: null);
        await attacker.SendAsync(attack.Bytes);

        Assert.Equal(attack.Verdict, await attacker.VerdictAsync());

        Assert.DoesNotContain(proxies.BehindApiLb.Requests, head => head.Contains("/one", StringComparison.Ordinal) || head.Contains("smuggled", StringComparison.Ordinal));
        await Eventually.BecomesAsync(true, async () => Proxies.IsCounted(attack.Reason, before, await proxies.FaultsAsync()), $"{attack.Reason} being counted");
        await Proxies.ServesAsync(proxies.ApiLbWithTls);
    }

    /// <summary>Kestrel takes the first of them for both (RFC 9113 8.3.1); routes and backend see the same.</summary>
    [Fact]
    public async Task TwoHosts_AreOne()
    {
        proxies.BehindApiLb.Requests.Clear();
        await using var attacker = await Http2Attacker.ConnectAsync(proxies.ApiLbWithTls.EndPoint, Http2Frame.Of(Http2Frame.Settings, 0, 0));

        await attacker.SendAsync(Http2Frame.Get(1, Http2Frame.Field("host", "b.example")));

        Assert.Equal("200", await attacker.VerdictAsync());
        var head = Assert.Single(proxies.BehindApiLb.Requests, head => head.Contains("/one", StringComparison.Ordinal));
        Assert.Contains("\r\nHost: a.example", head, StringComparison.Ordinal);
        Assert.DoesNotContain("b.example", head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http2OnAConnectionThatAgreedOnHttp11_IsRefused()
    {
        await using RecordingBackend backend = new();
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(proxies.Tls, backend.Options));
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(daemon.EndPoint);
        await using SslStream stream = new(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);

        await stream.WriteAsync(Http2Attacks.Begun(Http2Frame.Get(1)), deadline.Token);

        using MemoryStream answer = new();
        await stream.CopyToAsync(answer, deadline.Token);
        Assert.StartsWith("HTTP/1.1 505 ", Encoding.Latin1.GetString(answer.ToArray()), StringComparison.Ordinal);
        Assert.Empty(backend.Requests);
    }
}
