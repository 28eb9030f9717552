using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>How backends are spoken to: TLS, whom is trusted, by which certificate, in which version.</summary>
public sealed class UpstreamTests : IDisposable
{
    private readonly ClusterCa _ca = new();

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData(false, "HTTP/1.1")]
    [InlineData(true, "HTTP/2")]
    public async Task TlsBackend_IsVerifiedByNameAndServes(bool http2, string protocol)
    {
        using var certificate = _ca.Issue("backend.internal");
        await using var backend = await WebBackend.StartAsync("b1", protocols: HttpProtocols.Http1AndHttp2, certificate: certificate);
        await using var daemon = await RunningDaemon.StartAsync(With(backend, new UpstreamOptions { Protocol = UpstreamProtocol.Https, CaFile = _ca.File, ServerName = "backend.internal", Http2 = http2 }));

        var (_, body) = await daemon.GetAsync("/x", ("Host", "shop.example.com"));

        Assert.StartsWith($"b1 {protocol} GET /x\n", body, StringComparison.Ordinal);
        Assert.Contains("\nHost: shop.example.com\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PlainHttp2Backend_Serves()
    {
        await using var backend = await WebBackend.StartAsync("b1", protocols: HttpProtocols.Http2);
        await using var daemon = await RunningDaemon.StartAsync(With(backend, new UpstreamOptions { Http2 = true }));

        Assert.StartsWith("b1 HTTP/2 GET /x\n", (await daemon.GetAsync("/x")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertificateOfAStranger_Is502()
    {
        using ClusterCa strangers = new();
        using var certificate = strangers.Issue("127.0.0.1");
        await using var backend = await WebBackend.StartAsync("b1", certificate: certificate);
        await using var daemon = await RunningDaemon.StartAsync(With(backend, new UpstreamOptions { Protocol = UpstreamProtocol.Https, CaFile = _ca.File }));

        Assert.Equal((HttpStatusCode.BadGateway, "502 Bad Gateway: no backend could be reached by TLS (listener web)\n"), await daemon.GetAsync());
        Assert.Equal(1, daemon.Backend("b1").Counters.ConnectFailures);
        Assert.Empty(backend.Requests);
    }

    [Fact]
    public async Task CertificateForAnotherName_Is502()
    {
        using var certificate = _ca.Issue("other.internal");
        await using var backend = await WebBackend.StartAsync("b1", certificate: certificate);
        await using var daemon = await RunningDaemon.StartAsync(With(backend, new UpstreamOptions { Protocol = UpstreamProtocol.Https, CaFile = _ca.File }));

        Assert.Equal(HttpStatusCode.BadGateway, (await daemon.GetAsync("/", ("Host", "other.internal"))).Status);
    }

    [Fact]
    public async Task ClientCertificate_IsShown()
    {
        using var certificate = _ca.Issue("127.0.0.1");
        var (own, key) = _ca.IssueClient("apilb");
        await File.WriteAllTextAsync(_ca.PathOf("own.crt"), own);
        await File.WriteAllTextAsync(_ca.PathOf("own.key"), key);
        await using var backend = await WebBackend.StartAsync(
            "b1", context => context.Response.WriteAsync(context.Connection.ClientCertificate!.Subject), certificate: certificate, wantsClientCertificate: true);
        await using var daemon = await RunningDaemon.StartAsync(With(backend, new UpstreamOptions
        {
            Protocol = UpstreamProtocol.Https,
            CaFile = _ca.File,
            ClientCertificateFile = _ca.PathOf("own.crt"),
            ClientKeyFile = _ca.PathOf("own.key"),
        }));

        Assert.Equal((HttpStatusCode.OK, "CN=apilb"), await daemon.GetAsync());
    }

    [Fact]
    public async Task OtherUpstreamAfterAReload_IsUsedAtOnce()
    {
        using var certificate = _ca.Issue("127.0.0.1");
        await using var backend = await WebBackend.StartAsync("b1", certificate: certificate);
        await using var daemon = await RunningDaemon.StartAsync(With(backend, new UpstreamOptions()));
        Assert.Equal(HttpStatusCode.BadGateway, (await daemon.GetAsync()).Status);

        await daemon.ApplyAsync(With(backend, new UpstreamOptions { Protocol = UpstreamProtocol.Https, CaFile = _ca.File }));

        Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync()).Status);
    }

    private static ApiLbOptions With(WebBackend backend, UpstreamOptions upstream) => HttpSetup.Http(backend.Options).With(p => p with { Upstream = upstream });
}
