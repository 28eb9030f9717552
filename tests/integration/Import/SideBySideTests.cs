using System.Net;
using System.Text;
using ApiLb.Configuration;
using ApiLb.Import;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Import;

/// <summary>The same haproxy.cfg in HAProxy and, imported, in ApiLb: connections go to the same places.</summary>
public sealed class SideBySideTests
{
    private readonly IPEndPoint _front = HaProxy.NewEndPoint();
    private readonly IPEndPoint _imported = HaProxy.NewEndPoint();

    [Fact]
    public async Task RoundRobinWithWeights_ServesTheSameShares()
    {
        await using NamedBackend a = new("a");
        await using NamedBackend b = new("b");
        await using NamedBackend spare = new("spare");
        await using var pair = await StartAsync($$"""
            frontend clients
              bind {0}
              default_backend servers
            backend servers
              balance roundrobin
              default-server check inter 200ms
              server a 127.0.0.1:{{a.Port}} weight 3
              server b 127.0.0.1:{{b.Port}}
              server spare 127.0.0.1:{{spare.Port}} backup
            """);

        var (before, after) = (await ServersAsync(_front, 16), await ServersAsync(_imported, 16));

        Assert.Equal(before, after);
        Assert.Equal("a 12, b 4", after);
    }

    [Fact]
    public async Task ServersThatAreGone_LeaveTheBackup()
    {
        await using NamedBackend a = new("a");
        await using NamedBackend spare = new("spare");
        await a.StopAsync();
        await using var pair = await StartAsync($$"""
            listen clients
              bind {0}
              option tcp-check
              default-server check inter 100ms fall 1
              server a 127.0.0.1:{{a.Port}}
              server spare 127.0.0.1:{{spare.Port}} backup
            """);

        Assert.Equal("spare 4", await ServersAsync(_imported, 4));
        await EventuallyServesAsync(_front, "spare");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    [InlineData("127.0.0.3")]
    [InlineData("127.0.1.1")]
    [InlineData("127.0.1.9")]
    public async Task SourceRules_LetTheSameClientsIn(string client)
    {
        await using NamedBackend a = new("a");
        await using var pair = await StartAsync($$"""
            frontend clients
              bind {0}
              acl trusted src 127.0.0.1 127.0.1.0/24
              tcp-request connection accept if { src 127.0.1.1 }
              tcp-request connection reject if { src 127.0.1.0/28 }
              tcp-request connection accept if trusted || { src 127.0.0.3 }
              tcp-request connection reject
              default_backend servers
            backend servers
              server a 127.0.0.1:{{a.Port}}
            """);

        Assert.Equal(await AnswersAsync(_front, IPAddress.Parse(client)), await AnswersAsync(_imported, IPAddress.Parse(client)));
    }

    [Fact]
    public async Task ServerNames_LeadToTheSameServers()
    {
        using ClusterCa ca = new();
        await using TlsBackend a = new("a", ca, "a.example.com", "x.a.example.com");
        await using TlsBackend b = new("b", ca, "b.example.com");
        await using TlsBackend rest = new("rest", ca, "other.example.com");
        await using var pair = await StartAsync($$"""
            frontend clients
              bind {0}
              tcp-request inspect-delay 5s
              tcp-request content accept if { req_ssl_hello_type 1 }
              tcp-request content reject
              acl is_b req_ssl_sni -i B.example.com
              use_backend a if { req_ssl_sni -i a.example.com } || { req_ssl_sni -m end .a.example.com }
              use_backend b if is_b
              default_backend rest
            backend a
              server a {{a.Options.Address}}
            backend b
              server b {{b.Options.Address}}
            backend rest
              server rest {{rest.Options.Address}}
            """);

        foreach (var (name, server) in new[] { ("a.example.com", "a"), ("x.a.example.com", "a"), ("b.example.com", "b"), ("other.example.com", "rest") })
        {
            await using var before = await TlsClient.ConnectAsync(_front, ca, serverName: name);
            await using var after = await TlsClient.ConnectAsync(_imported, ca, serverName: name);
            Assert.Equal((server, server), (before.Greeting, after.Greeting));
        }
    }

    [Fact]
    public async Task ImportedNginx_Forwards()
    {
        await using NamedBackend a = new("a");
        await using NamedBackend b = new("b");
        var text = $$"""
            stream {
                upstream servers { server 127.0.0.1:{{a.Port}}; server 127.0.0.1:{{b.Port}} weight=3; }
                server { listen {{_imported}}; proxy_pass servers; deny 127.0.0.2; }
            }
            """;
        await using var daemon = await ImportAsync(text);

        Assert.Equal("a 4, b 12", await ServersAsync(_imported, 16));
        Assert.Equal("nobody", await AnswersAsync(_imported, IPAddress.Parse("127.0.0.2")));
    }

    /// <param name="configuration">With {0} for the address that clients use.</param>
    private async Task<Pair> StartAsync(string configuration)
    {
        var haProxy = await HaProxy.StartAsync(configuration.Replace("{0}", _front.ToString(), StringComparison.Ordinal), _front);
        var daemon = await ImportAsync("defaults\n  mode tcp\n" + configuration.Replace("{0}", _imported.ToString(), StringComparison.Ordinal));
        return new Pair(haProxy, daemon);
    }

    private static async Task<RunningDaemon> ImportAsync(string text)
    {
        var imported = ConfigurationImport.Run(ConfigurationImport.Detect(text)!.Value, new ImportSource("the file", text, "/nowhere", _ => null));
        Assert.Empty(imported.LeftOut);
        var options = ConfigurationFile.Parse("apilb.yaml", Encoding.UTF8.GetBytes(imported.Yaml!)).Options!;
        return await RunningDaemon.StartAsync(options with { Admin = new AdminOptions { Socket = null, Listen = null } });
    }

    private static async Task<string> ServersAsync(IPEndPoint front, int clients)
    {
        List<string> names = [];
        for (var i = 0; i < clients; i++)
        {
            names.Add(await AnswersAsync(front, null));
        }

        return string.Join(", ", names.GroupBy(n => n).OrderBy(g => g.Key).Select(g => $"{g.Key} {g.Count()}"));
    }

    /// <returns>The name of who served, or how it ended.</returns>
    private static async Task<string> AnswersAsync(IPEndPoint front, IPAddress? source)
    {
        try
        {
            using var client = await Client.ConnectAsync(front, source);
            return await client.WhoAsync();
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or EndOfStreamException)
        {
            return "nobody";
        }
    }

    private static async Task EventuallyServesAsync(IPEndPoint front, string name)
    {
        var seen = "";
        for (var i = 0; i < 100 && seen != name; i++)
        {
            seen = await AnswersAsync(front, null);
        }

        Assert.Equal(name, seen);
    }
}
