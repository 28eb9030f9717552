using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Fuzzing;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Which pool a client of a tls listener with routes reaches.</summary>
public sealed class RouteTests : IAsyncDisposable
{
    private readonly ClusterCa _ca = new();
    private readonly TlsBackend _rest;
    private readonly TlsBackend _a;
    private readonly TlsBackend _b;

    public RouteTests()
    {
        _rest = new TlsBackend("rest1", _ca, "c.example.com");
        _a = new TlsBackend("a1", _ca, "a.example.com");
        _b = new TlsBackend("b1", _ca, "x.b.example.com");
    }

    private ApiLbOptions TwoClusters => Setup.Tls(_rest.Options)
        .WithRoute("a", ["a.example.com"], _a.Options).WithRoute("b", ["*.b.example.com"], _b.Options);

    private ApiLbOptions WithoutDefaultPool => TwoClusters.With((ListenerOptions l) => l with { Pool = null });

    public async ValueTask DisposeAsync()
    {
        await _rest.DisposeAsync();
        await _a.DisposeAsync();
        await _b.DisposeAsync();
        _ca.Dispose();
    }

    [Theory]
    [InlineData("a.example.com", "a1")]
    [InlineData("A.Example.com", "a1")]
    [InlineData("x.b.example.com", "b1")]
    [InlineData("c.example.com", "rest1")]
    [InlineData("127.0.0.1", "rest1")] // Clients ask for no name then.
    public async Task ServerName_ChoosesThePool(string serverName, string backend)
    {
        await using var daemon = await RunningDaemon.StartAsync(TwoClusters);
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca, serverName: serverName);

        Assert.Equal(backend, client.Greeting);
        Assert.Equal(1, _rest.Hellos + _a.Hellos + _b.Hellos);
    }

    [Fact]
    public async Task HelloInOneByteSegments_FindsItsRoute()
    {
        await using var daemon = await RunningDaemon.StartAsync(TwoClusters);
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca, over: s => new DrippingStream(s), serverName: "a.example.com");

        Assert.Equal("a1", client.Greeting);
    }

    [Fact]
    public async Task WithoutDefaultPool_RoutedClientsAreServed()
    {
        await using var daemon = await RunningDaemon.StartAsync(WithoutDefaultPool);
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca, serverName: "a.example.com");

        Assert.Equal("a1", client.Greeting);
    }

    [Theory]
    [InlineData("c.example.com")]
    [InlineData(null)]
    public async Task WithoutDefaultPool_OthersAreResetAndReachNobody(string? serverName)
    {
        await using var daemon = await RunningDaemon.StartAsync(WithoutDefaultPool);
        using var client = await daemon.ConnectAsync();
        var hello = serverName is null ? new HelloBuilder() : new HelloBuilder().ServerName(serverName);
        await client.SendAsync(hello.ToRecord());

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.NoRoute, 1);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_listener_connections_total{{listener=\"{Setup.Listener}\",result=\"no_route\"}}"));
        Assert.Equal(0, _rest.Hellos + _a.Hellos + _b.Hellos);
    }

    [Fact]
    public async Task HalfClosedTimeout_IsThatOfTheChosenPool()
    {
        await using var silent = ScriptedBackend.SilentAfterItsFirstByte("silent");
        var options = Setup.Tls(_rest.Options).WithRoute("short", ["a.example.com"], silent.Options);
        var quick = options.Pools[1] with { Timeouts = new TimeoutOptions { HalfClosed = TimeSpan.FromMilliseconds(100) } };
        await using var daemon = await RunningDaemon.StartAsync(options with { Pools = [options.Pools[0], quick] });
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(new HelloBuilder().ServerName("a.example.com").ToRecord());
        client.FinishSending();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.HalfClosedTimeout, 1);
    }
}
