using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Http;

/// <summary>Configurations with an HTTP listener, and who uses them.</summary>
internal static class HttpSetup
{
    public static ApiLbOptions Http(params BackendOptions[] backends) => Setup.Tcp(backends).With((ListenerOptions l) => l with { Protocol = ListenerProtocol.Http, Name = "web" });

    public static ApiLbOptions Https(ListenerTlsOptions tls, params BackendOptions[] backends) =>
        Setup.Tcp(backends).With(l => l with { Protocol = ListenerProtocol.Https, Name = "web", Tls = tls });

    /// <summary>A certificate for these names.</summary>
    public static ListenerTlsOptions Tls(ClusterCa ca, params string[] names)
    {
        var files = ca.IssueFiles("web", names);
        return new ListenerTlsOptions { CertificateFile = files.CertificateFile, KeyFile = files.KeyFile };
    }

    /// <summary>One more pool, like the first, and a route to it.</summary>
    public static ApiLbOptions WithRoute(this ApiLbOptions options, string pool, Func<RouteOptions, RouteOptions> change, params BackendOptions[] backends) => options with
    {
        Pools = [.. options.Pools, options.Pools[0] with { Name = pool, Backends = backends }],
        Listeners = [options.Listeners[0] with { Routes = [.. options.Listeners[0].Routes, change(new RouteOptions { Pool = pool })] }],
    };

    /// <summary>Everything goes by a route to the first pool.</summary>
    public static ApiLbOptions WithTerms(this ApiLbOptions options, Func<RouteOptions, RouteOptions> change) =>
        options.With(l => l with { Routes = [change(new RouteOptions { Pool = Setup.Pool, Path = "/" })] });

    public static Uri Uri(this RunningDaemon daemon, string pathAndQuery = "/", string scheme = "http") =>
        new($"{scheme}://{daemon.EndPoint}{pathAndQuery}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    /// <summary>A client of its own connections that follows nothing and trusts anybody.</summary>
    public static HttpClient NewClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null },
    });

    /// <summary>Sends a GET with headers.</summary>
    public static async Task<(HttpStatusCode Status, string Body)> GetAsync(this RunningDaemon daemon, string path = "/", params (string Name, string Value)[] headers)
    {
        using var client = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, daemon.Uri(path));
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
