using System.Net;
using System.Text;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Fuzzing;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

/// <summary>Whoever reaches <c>admin.listen</c> learns nothing about clients, whichever path he asks for: neither addresses nor the names they asked for.</summary>
public sealed class PublicSurfaceTests : IAsyncDisposable
{
    private const string ServerName = "secret-cluster.example.com";
    private const string Direct = "127.0.0.77";
    private const string Forwarded = "192.0.2.77";

    private readonly ScriptedBackend _backend = ScriptedBackend.AnsweringWhile("cp1", () => true);

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task NoPath_NamesAClientThatIsThereOrWas()
    {
        await using var daemon = await RunningDaemon.StartAsync(Options());
        using var refused = await Client.ConnectAsync(daemon.EndPoint, IPAddress.Parse(Direct));
        await refused.SendAsync("GET / HTTP/1.1\r\n\r\n");
        Assert.Equal(ConnectionEnd.Reset, await refused.EndAsync());
        using var served = await Client.ConnectAsync(daemon.EndPoint, IPAddress.Parse("127.0.0.1"));
        await served.SendAsync([.. Encoding.ASCII.GetBytes($"PROXY TCP4 {Forwarded} 198.51.100.1 4711 443\r\n"), .. new HelloBuilder().ServerName(ServerName).ToRecord()]);
        await Eventually.HoldsAsync(() => daemon.Backend("cp1").Connections.Count == 1, () => "nobody is served");
        Assert.Equal(Forwarded, daemon.Backend("cp1").Connections.Top(ConnectionOrder.Age, 1, _ => true).Single().Client.ToEndPoint()!.Address.ToString());

        foreach (var path in await PathsAsync())
        {
            var text = await ReadAsync(daemon, path);

            Assert.NotEmpty(text);
            Assert.DoesNotContain(Direct, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Forwarded, text, StringComparison.Ordinal);
            Assert.DoesNotContain(ServerName, text, StringComparison.Ordinal);
        }
    }

    /// <summary>Of the table itself, those for the socket alone too, so that a path that is added one day is asked.</summary>
    private static async Task<IReadOnlyList<string>> PathsAsync()
    {
        await using AdminHost host = new();
        string[] paths = [.. host.Server.Routes.All.Select(r => r.Path)];
        Assert.Superset(new HashSet<string> { "/metrics", "/v1/connections" }, paths.ToHashSet());
        return paths;
    }

    private static async Task<string> ReadAsync(RunningDaemon daemon, string path)
    {
        using HttpClient http = new();
        http.DefaultRequestHeaders.Add("Accept", "text/html, */*");
        using var answer = await http.GetAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}{path}"), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();

        // Its events never end.
        var buffer = new byte[1 << 20];
        var length = path == "/live" ? await body.ReadAsync(buffer) : await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private ApiLbOptions Options() => Setup.Tls(_backend.Options).With(l => l with
    {
        ProxyProtocol = new ProxyProtocolOptions { From = [IPNetwork.Parse("127.0.0.1/32")] },
    });
}
