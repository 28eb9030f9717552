using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Backends on hosts of their own, and clients on the same hosts. Policy first: cp1 is the first for all others.</summary>
public sealed class PreferLocalTests : IAsyncDisposable
{
    private static readonly IPAddress Host2 = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Host3 = IPAddress.Parse("127.0.0.3");

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2", Host2);

    private ApiLbOptions PreferringLocal => Setup.Tcp(_cp1.Options, _cp2.Options).With(p => p with { PreferLocal = true });

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task ClientOnABackendsHost_IsServedThere()
    {
        await using var daemon = await RunningDaemon.StartAsync(PreferringLocal);

        Assert.Equal(("cp2", "cp1", "cp1"), (await WhoServesAsync(daemon, Host2), await WhoServesAsync(daemon, IPAddress.Loopback), await WhoServesAsync(daemon, Host3)));
    }

    [Fact]
    public async Task NotSwitchedOn_ThePolicyDecides()
    {
        await using var daemon = await RunningDaemon.StartAsync(PreferringLocal.With(p => p with { PreferLocal = false }));

        Assert.Equal("cp1", await WhoServesAsync(daemon, Host2));
    }

    [Fact]
    public async Task OwnBackendRefuses_AnotherServesTheSameConnection()
    {
        await using var daemon = await RunningDaemon.StartAsync(PreferringLocal);
        await _cp2.StopAsync();

        Assert.Equal("cp1", await WhoServesAsync(daemon, Host2));
        Assert.Equal(1, daemon.Backend("cp2").Counters.Failovers);
    }

    [Fact]
    public async Task OwnBackendIsFull_AnotherServes()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tcp(_cp1.Options, _cp2.Options with { MaxConnections = 1 }).With(p => p with { PreferLocal = true }));
        using var holder = await Client.ConnectAsync(daemon.EndPoint, Host2);
        Assert.Equal("cp2", await holder.WhoAsync());

        Assert.Equal("cp1", await WhoServesAsync(daemon, Host2));
    }

    private static async Task<string> WhoServesAsync(RunningDaemon daemon, IPAddress from)
    {
        using var client = await Client.ConnectAsync(daemon.EndPoint, from);
        return await client.WhoAsync();
    }
}
