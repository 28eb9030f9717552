using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Http;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>What <see cref="ObservedDaemon"/> has of HTTP: a listener whose requests are answered, fail, and are refused, one of each at a time.</summary>
internal sealed class ObservedWeb : IAsyncDisposable
{
    private readonly HttpClient _client = HttpSetup.NewClient();
    private readonly WebBackend _backend;

    private ObservedWeb(WebBackend backend) => _backend = backend;

    public static ListenerOptions Listener => Setup.ListenerOn(new IPEndPoint(IPAddress.Loopback, 0), ListenerProtocol.Http, "web") with
    {
        Pool = "web",
        Routes = [new RouteOptions { Path = "/gone", Pool = "web-gone" }],
    };

    public static async Task<ObservedWeb> StartAsync() => new(await WebBackend.StartAsync("w1"));

    /// <param name="like">A pool whose other settings they have.</param>
    public IEnumerable<PoolOptions> Pools(PoolOptions like) =>
    [
        like with { Name = "web", Backends = [_backend.Options] },
        like with { Name = "web-gone", Backends = [new BackendOptions { Name = "w2", Address = new BackendAddress("127.0.0.1", HaProxy.NewEndPoint().Port) }] },
    ];

    public async Task AskAsync(EndPoint listener)
    {
        using (await _client.GetAsync(new Uri($"http://{listener}/")))
        using (await _client.GetAsync(new Uri($"http://{listener}/gone")))
        {
        }

        using var refused = await RawClient.ConnectAsync(listener);
        await refused.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        await refused.ReadHeadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _backend.DisposeAsync();
    }
}
