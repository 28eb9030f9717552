using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Reload;

/// <summary>Listeners and pools that come, go and change while clients are connected.</summary>
public sealed class ReloadedListenersTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");

    private ApiLbOptions One => Setup.Tcp(_cp1.Options);

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task NewListener_ServesANewPool()
    {
        await using var daemon = await RunningDaemon.StartAsync(One);

        await daemon.ApplyAsync(WithSecond(One));

        using var client = await Client.ConnectAsync(daemon.Daemon.Listeners[1].Bound[0]);
        Assert.Equal("cp2", await client.WhoAsync());
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        Assert.Equal(1, await daemon.MetricAsync("apilb_listener_accepts_total{listener=\"second\"}"));
        Assert.Equal(1, await daemon.MetricAsync("apilb_pool_ready_backends{pool=\"other\"}"));
    }

    [Fact]
    public async Task GoneListener_AcceptsNobodyAndKeepsWhoIsThere()
    {
        await using var daemon = await RunningDaemon.StartAsync(WithSecond(One));
        var second = daemon.Daemon.Listeners[1].Bound[0];
        using var client = await Client.ConnectAsync(second);
        Assert.Equal("cp2", await client.WhoAsync());

        await daemon.ApplyAsync(One);

        Assert.Equal("cp2", await client.WhoAsync());
        await Assert.ThrowsAsync<SocketException>(() => Client.ConnectAsync(second));
        Assert.Single(daemon.Daemon.Pools);
    }

    [Fact]
    public async Task StopAfterAListenerHasGone_CutsItsConnectionsToo()
    {
        await using var daemon = await RunningDaemon.StartAsync(WithSecond(One));
        using var client = await Client.ConnectAsync(daemon.Daemon.Listeners[1].Bound[0]);
        await client.WhoAsync();
        await daemon.ApplyAsync(One);

        await daemon.StopAsync(new CancellationToken(canceled: true));

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
    }

    [Fact]
    public async Task ListenerOfAnotherPool_KeepsItsSocketCountersAndConnections()
    {
        var options = WithSecond(One);
        await using var daemon = await RunningDaemon.StartAsync(options);
        var address = daemon.EndPoint;
        using var client = await daemon.ConnectAsync();
        Assert.Equal("cp1", await client.WhoAsync());

        await daemon.ApplyAsync(options with { Listeners = [options.Listeners[0] with { Pool = "other" }, options.Listeners[1]] });

        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
        Assert.Equal("cp1", await client.WhoAsync());
        Assert.Equal((address, 2L), (daemon.EndPoint, daemon.Counters.Accepted));
    }

    [Fact]
    public async Task RenamedListener_KeepsItsSocket()
    {
        var port = FreePort();
        ApiLbOptions Named(string name) => One with { Listeners = [Setup.ListenerOn(new IPEndPoint(IPAddress.Loopback, port), name: name)] };
        await using var daemon = await RunningDaemon.StartAsync(Named("before"));
        var address = daemon.Daemon.Listeners[0].Addresses[0];

        await daemon.ApplyAsync(Named("after"));

        Assert.Same(address, daemon.Daemon.Listeners[0].Addresses[0]);
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        Assert.Equal(1, await daemon.MetricAsync("apilb_listener_accepts_total{listener=\"after\"}"));
    }

    [Fact]
    public async Task AddressOfAListener_ComesAndGoes()
    {
        var options = One;
        var another = new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0);
        await using var daemon = await RunningDaemon.StartAsync(options);
        var first = daemon.EndPoint;

        await daemon.ApplyAsync(options.With(l => l with { Bind = [.. l.Bind, another] }));
        Assert.Equal(first, daemon.Daemon.Listeners[0].Bound[0]);
        using (var client = await Client.ConnectAsync(daemon.Daemon.Listeners[0].Bound[1]))
        {
            Assert.Equal("cp1", await client.WhoAsync());
        }

        await daemon.ApplyAsync(options.With(l => l with { Bind = [another] }));
        await Assert.ThrowsAsync<SocketException>(() => Client.ConnectAsync(first));
    }

    [Fact]
    public async Task WiderAddressOnThePortOfANarrowOne_IsRefusedWithTheReason()
    {
        var port = FreePort();
        ApiLbOptions On(IPAddress address) => One with { Listeners = [Setup.ListenerOn(new IPEndPoint(address, port))] };
        await using var daemon = await RunningDaemon.StartAsync(On(IPAddress.Loopback));

        var status = await daemon.ReloadAsync(On(IPAddress.Any));

        Assert.Equal("failed", status.Result);
        Assert.Contains($"0.0.0.0:{port} cannot be taken while this daemon listens on 127.0.0.1:{port}", status.Message, StringComparison.Ordinal);
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task LoweredLimit_CountsThoseWhoCameBefore()
    {
        await using var daemon = await RunningDaemon.StartAsync(One);
        using var first = await daemon.ConnectAsync();
        await first.WhoAsync();
        using var second = await daemon.ConnectAsync();
        await second.WhoAsync();

        await daemon.ApplyAsync(One.With(l => l with { Limits = new ListenerLimitOptions { MaxConnections = 2 } }));

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        Assert.Equal("cp1", await first.WhoAsync());
        Assert.Equal(1, daemon.Counters.Closes(CloseReason.LimitListener));
    }

    [Fact]
    public async Task LimitOfTheDaemon_IsTheNewOne()
    {
        await using var daemon = await RunningDaemon.StartAsync(One);

        await daemon.ApplyAsync(One with { Limits = new LimitOptions { MaxConnections = 7 } });

        Assert.Equal(7, daemon.Daemon.MaxConnections);
        Assert.Equal(7, await daemon.ScalarAsync("apilb_connections_limit"));
    }

    [Fact]
    public async Task ListenerThatBecomesPlain_ShowsClientsThatSayNothing()
    {
        var options = Setup.Tls(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);

        await daemon.ApplyAsync(options.With(l => l with { Protocol = ListenerProtocol.Tcp }));

        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
    }

    private ApiLbOptions WithSecond(ApiLbOptions options) => options with
    {
        Pools = [.. options.Pools, options.Pools[0] with { Name = "other", Backends = [_cp2.Options] }],
        Listeners = [.. options.Listeners, Setup.ListenerOn(new IPEndPoint(IPAddress.Loopback, 0), name: "second") with { Pool = "other" }],
    };

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
