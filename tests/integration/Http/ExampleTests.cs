using System.Net;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Operators;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>The shipped HTTP examples at work: their own listeners, routes and limits, with addresses and files of the test's.</summary>
public sealed class ExampleTests : IDisposable
{
    private readonly ClusterCa _ca = new();

    public void Dispose() => _ca.Dispose();

    [Fact]
    public async Task Ingress_RedirectsAndServes()
    {
        await using var example = await StartAsync("http-ingress", "ingress");

        Assert.Equal((HttpStatusCode.PermanentRedirect, ""), await example.AskAsync("web", "http", "shop.example.com", "/cart"));
        var (status, body) = await example.AskAsync("web-tls", "https", "shop.example.com", "/cart");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("ingress HTTP/1.1 GET /cart\n", body, StringComparison.Ordinal);
        Assert.Contains("X-Forwarded-Proto: https", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoClusters_AreToldApartByPath()
    {
        await using var example = await StartAsync("http-two-clusters", "cluster-a", "cluster-b");

        Assert.StartsWith("cluster-a HTTP/1.1 GET /api/v1/nodes\n", (await example.AskAsync("gateway", "https", "gateway.example.com", "/cluster-a/api/v1/nodes")).Body, StringComparison.Ordinal);

        // This test's address is not among those that may use the other cluster.
        Assert.Equal(HttpStatusCode.Forbidden, (await example.AskAsync("gateway", "https", "gateway.example.com", "/cluster-b/api")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await example.AskAsync("gateway", "https", "gateway.example.com", "/")).Status);
    }

    [Fact]
    public async Task ApiserverFront_WantsACertificateAndServesTheApiOnly()
    {
        await using var example = await StartAsync("http-apiserver", "control-plane");

        await Assert.ThrowsAsync<HttpRequestException>(() => example.AskAsync("dashboards", "https", "dashboards.example.com", "/api"));
        var (certificate, key) = _ca.IssueClient("me");
        using var me = X509Certificate2.CreateFromPem(certificate, key);
        Assert.StartsWith("control-plane HTTP/1.1 GET /api/v1\n", (await example.AskAsync("dashboards", "https", "dashboards.example.com", "/api/v1", me)).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await example.AskAsync("dashboards", "https", "dashboards.example.com", "/metrics", me)).Status);
    }

    [Fact]
    public async Task HostNames_ChooseTheirPool()
    {
        await using var example = await StartAsync("http-by-host", "prometheus", "registry");

        Assert.StartsWith("registry HTTP/1.1 GET /v2/\n", (await example.AskAsync("web", "https", "registry.example.com", "/v2/")).Body, StringComparison.Ordinal);

        // This test's address is not among those that may see the figures.
        Assert.Equal(HttpStatusCode.Forbidden, (await example.AskAsync("web", "https", "prometheus.example.com", "/graph")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await example.AskAsync("web", "https", "other.example.com", "/")).Status);
    }

    private async Task<RunningExample> StartAsync(string file, params string[] pools)
    {
        _ = _ca.IssueFiles("any", "example.com");
        var shipped = ConfigurationFile.Parse(file, await File.ReadAllBytesAsync(RepositoryFile.PathTo("configs", "examples", $"{file}.yaml"))).Options!;
        var backends = await Task.WhenAll(pools.Select(pool => WebBackend.StartAsync(pool)));
        var usual = Setup.Tcp();
        var options = usual with
        {
            Listeners = [.. shipped.Listeners.Select(l => l with { Bind = [new IPEndPoint(IPAddress.Loopback, 0)], Tls = l.Tls is null ? null : WithFiles(l.Tls) })],
            Pools = [.. shipped.Pools.Select(p => p with { Backends = [backends.Single(b => b.Name == p.Name).Options], Health = usual.Pools[0].Health })],
        };
        return new RunningExample(await RunningDaemon.StartAsync(options), backends);
    }

    private ListenerTlsOptions WithFiles(ListenerTlsOptions tls)
    {
        CertificateOptions files = new() { CertificateFile = _ca.PathOf("any.crt"), KeyFile = _ca.PathOf("any.key") };
        return tls with { CertificateFile = null, KeyFile = null, Certificates = [.. tls.AllCertificates().Select(_ => files)], ClientCaFile = tls.ClientCaFile is null ? null : _ca.File };
    }

    private sealed record RunningExample(RunningDaemon Daemon, IReadOnlyList<WebBackend> Backends) : IAsyncDisposable
    {
        public async Task<(HttpStatusCode Status, string Body)> AskAsync(string listener, string scheme, string host, string path, X509Certificate2? certificate = null)
        {
            using SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseProxy = false };
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
            handler.SslOptions.ClientCertificateContext = certificate is null ? null : System.Net.Security.SslStreamCertificateContext.Create(certificate, null, offline: true);
            using HttpClient client = new(handler);
            var endPoint = Daemon.Daemon.Listeners.Single(l => l.Options.Name == listener).Bound[0];
            using HttpRequestMessage request = new(HttpMethod.Get, $"{scheme}://{endPoint}{path}") { Headers = { Host = host } };
            using var response = await client.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }

        public async ValueTask DisposeAsync()
        {
            await Daemon.DisposeAsync();
            foreach (var backend in Backends)
            {
                await backend.DisposeAsync();
            }
        }
    }
}
