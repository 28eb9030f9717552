using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Reload;

/// <summary>What a reload changes, and above all what it leaves alone.</summary>
public sealed class ReloadTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");
    private readonly NamedBackend _cp3 = new("cp3");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
        await _cp3.DisposeAsync();
    }

    [Fact]
    public async Task SameFile_ChangesNothing()
    {
        var options = Setup.Tls(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        var before = daemon.Backend("cp1");

        var status = await daemon.ReloadAsync(options with { Pools = [.. options.Pools] });

        Assert.Equal(("unchanged", "nothing to apply"), (status.Result, status.Message));
        Assert.Same(before, daemon.Backend("cp1"));
    }

    [Fact]
    public async Task MembersReplacedAllAtOnce_ClientsGoToTheNewOnesAndOldConnectionsStay()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await daemon.ConnectAsync();
        Assert.Equal("cp1", await client.WhoAsync());
        var old = daemon.Backend("cp1");

        await daemon.ApplyAsync(options.With(p => p with { Backends = [_cp2.Options] }));

        Assert.Equal(["cp2", "cp2"], await daemon.ServersOfAsync(2));
        Assert.Equal("cp1", await client.WhoAsync());
        Assert.True(old.IsRemoved);
    }

    [Fact]
    public async Task MemberThatLeft_LosesItsConnectionsAfterTheDrainTime()
    {
        var options = Setup.Tcp(_cp1.Options, _cp2.Options).With(p => p with { Timeouts = p.Timeouts with { Drain = TimeSpan.FromSeconds(1) } });
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await daemon.ConnectAsync();
        Assert.Equal("cp1", await client.WhoAsync());

        await daemon.ApplyAsync(options.With(p => p with { Backends = [_cp2.Options] }));

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.Drain, 1);
    }

    [Fact]
    public async Task SettingsOfAPool_ApplyWithoutLosingHealth()
    {
        await _cp1.StopAsync();
        var options = Setup.Tcp(_cp1.Options, _cp2.Options).With(p => p with { Health = p.Health with { Fall = 1 } });
        await using var daemon = await RunningDaemon.StartAsync(options);
        await daemon.StatusBecomesAsync("cp1", HealthStatus.Dead);
        var (dead, ready) = (daemon.Backend("cp1"), daemon.Backend("cp2"));
        var since = ready.Health.Current;

        await daemon.ApplyAsync(options.With(p => p with
        {
            Balance = BalancePolicy.RoundRobin,
            Health = p.Health with { Fall = 3, Interval = TimeSpan.FromSeconds(1) },
            Backends = [_cp1.Options, _cp2.Options with { Weight = 7, MaxConnections = 5 }],
        }));

        Assert.Same(dead, daemon.Backend("cp1"));
        Assert.Same(since, daemon.Backend("cp2").Health.Current);
        Assert.Equal((HealthStatus.Dead, 7, 5), (dead.Health.Current.Status, ready.Options.Weight, ready.Options.MaxConnections));
        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task ChecksThatBeginAnew_ReachTheBackend()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        var before = daemon.Backend("cp1").Counters.ProbesPassed;

        await daemon.ApplyAsync(options.With(p => p with { Health = p.Health with { Interval = TimeSpan.FromMinutes(20) } }));

        await Eventually.HoldsAsync(() => daemon.Backend("cp1").Counters.ProbesPassed > before, () => "not checked again");
    }

    [Fact]
    public async Task BalancePolicy_IsTheNewOne()
    {
        var options = Setup.Tcp(_cp1.Options, _cp2.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        Assert.Equal(["cp1", "cp1"], await daemon.ServersOfAsync(2));

        await daemon.ApplyAsync(options.With(BalancePolicy.RoundRobin));

        Assert.Equal(["cp1", "cp2"], (await daemon.ServersOfAsync(2)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task MemberNamedByDns_IsResolvedWhenItJoins()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        BackendOptions named = new() { Name = "by-name", Address = new BackendAddress("localhost", _cp2.Port) };

        await daemon.ApplyAsync(options.With(p => p with { Backends = [named] }));

        await Eventually.HoldsAsync(() => daemon.Backend("by-name").EndPoint is not null, () => "not resolved");
    }

    [Fact]
    public async Task FailedReload_ChangesNothing()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        await using NamedBackend obstacle = new("somebody else");
        var busy = Setup.ListenerOn(new IPEndPoint(IPAddress.Loopback, obstacle.Port), name: "second");

        var status = await daemon.ReloadAsync(options.With(p => p with { Backends = [_cp2.Options] }) with
        {
            Listeners = [options.Listeners[0], Setup.ListenerOn(new IPEndPoint(IPAddress.Loopback, 0), name: "third"), busy],
        });

        Assert.Equal("failed", status.Result);
        Assert.Contains($"listeners.second.bind: 127.0.0.1:{obstacle.Port}: the address is in use", status.Message, StringComparison.Ordinal);
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        Assert.Single(daemon.Daemon.Listeners);
        Assert.Contains("the last reload FAILED", daemon.Daemon.Summary(), StringComparison.Ordinal);
        Assert.Equal(0, await daemon.ScalarAsync("apilb_config_last_reload_successful"));
        Assert.Equal(1, await daemon.MetricAsync("apilb_reload_total{result=\"failed\"}"));
    }

    [Fact]
    public async Task ReloadAfterAFailedOne_Works()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        await using NamedBackend obstacle = new("somebody else");
        var second = Setup.ListenerOn(new IPEndPoint(IPAddress.Loopback, obstacle.Port), name: "second");
        Assert.Equal("failed", (await daemon.ReloadAsync(options with { Listeners = [options.Listeners[0], second] })).Result);
        await obstacle.StopAsync();

        await daemon.ApplyAsync(options with { Listeners = [options.Listeners[0], second] });

        using var client = await Client.ConnectAsync(daemon.Daemon.Listeners[1].Bound[0]);
        Assert.Equal("cp1", await client.WhoAsync());
        Assert.DoesNotContain("FAILED", daemon.Daemon.Summary(), StringComparison.Ordinal);
        Assert.Equal(1, await daemon.ScalarAsync("apilb_config_last_reload_successful"));
    }

    [Fact]
    public async Task SettingsThatAreReadOnce_AreSaidToNeedARestart()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);

        var status = await daemon.ReloadAsync(options with { Transport = new TransportOptions { Reactors = 3 } });

        Assert.Equal(("unchanged", "nothing to apply; 1 change more with a restart of the daemon"), (status.Result, status.Message));
        Assert.Equal("transport.reactors: none -> 3", Assert.Single(status.Changes, c => c.NeedsRestart).Change);
        Assert.Contains(daemon.Log, l => l.StartsWith("Warning: transport.reactors: none -> 3: needs a restart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ManyRequestsAtOnce_ShareAReload()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => daemon.ReloadAsync(options.With(p => p with { PreferLocal = true }))));

        Assert.True(all.Distinct().Count() < 25, $"{all.Distinct().Count()} reloads for 50 requests");
        Assert.Single(all.Distinct(), s => s.Result == "applied");
    }

    [Fact]
    public async Task ReloadWhileStopping_IsRefused()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        await daemon.StopAsync(new CancellationToken(canceled: true));

        var status = await daemon.ReloadAsync(options.With(p => p with { Backends = [_cp2.Options] }));

        Assert.Equal(("failed", "the daemon is stopping, or another has taken over. Nothing was changed"), (status.Result, status.Message));
    }

    [Fact]
    public async Task Preview_TellsTheConnectionsAndChangesNothing()
    {
        var options = Setup.Tcp(_cp1.Options, _cp2.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await daemon.ConnectAsync();
        Assert.Equal("cp1", await client.WhoAsync());
        var file = options.With(p => p with { Backends = [_cp2.Options, _cp3.Options] });
        Assert.Equal("applied", (await daemon.ReloadAsync(file)).Result);
        using var second = await daemon.ConnectAsync();
        Assert.Equal("cp2", await second.WhoAsync());

        var preview = await daemon.PreviewAsync(options.With(p => p with { Backends = [_cp3.Options] }));

        Assert.Equal(("preview", "a reload would apply 1 change"), (preview.Result, preview.Message));
        Assert.Equal(
            ($"pools.control-plane.backends.cp2: removed (127.0.0.1:{_cp2.Port})", 1L, "its 1 connection may finish within 70 s"),
            preview.Changes.Select(c => (c.Change, c.Connections, c.Effect)).Single());
        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task BackendThatIsGone_IsGoneFromTheMetrics()
    {
        var options = Setup.Tcp(_cp1.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);
        await daemon.ServersOfAsync(1);
        Assert.Equal(1, await daemon.MetricAsync("apilb_backend_connections_total{pool=\"control-plane\",backend=\"cp1\"}"));

        await daemon.ApplyAsync(options.With(p => p with { Backends = [_cp2.Options] }));
        await daemon.ServersOfAsync(1);

        Assert.Equal(1, await daemon.MetricAsync("apilb_backend_connections_total{pool=\"control-plane\",backend=\"cp2\"}"));
        using HttpClient http = new();
        Assert.DoesNotContain("\"cp1\"", await http.GetStringAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/metrics")), StringComparison.Ordinal);
    }
}
