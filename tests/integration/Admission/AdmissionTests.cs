using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Admission;

/// <summary>Clients that the configuration keeps out: reset at once, counted by their reason, unknown to every backend.</summary>
public sealed class AdmissionTests : IAsyncDisposable
{
    private const string OfListener = $"listener=\"{Setup.Listener}\"";

    private static readonly IPAddress One = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Other = IPAddress.Parse("127.0.0.3");

    private readonly NamedBackend _cp1 = new("cp1");

    public ValueTask DisposeAsync() => _cp1.DisposeAsync();

    [Fact]
    public async Task ListenersLimit_RefusesTheNextUntilOneLeaves()
    {
        await using var daemon = await StartAsync(l => l with { Limits = new ListenerLimitOptions { MaxConnections = 2 } });
        using var first = await daemon.ConnectAsync();
        using var second = await daemon.ConnectAsync();
        await first.WhoAsync();
        await second.WhoAsync();

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        await daemon.ClosesReachAsync(CloseReason.LimitListener, 1);
        Assert.Equal(2, daemon.Backend("cp1").Counters.Connections);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_listener_connections_total{{{OfListener},result=\"limit_listener\"}}"));
        Assert.Equal(2, await daemon.MetricAsync($"apilb_listener_connections_limit{{{OfListener}}}"));

        first.Dispose();
        await daemon.ClosesReachAsync(CloseReason.ClientEof, 1);
        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task DaemonsLimit_CountsOverAllListeners()
    {
        var anywhere = new IPEndPoint(IPAddress.Loopback, 0);
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options) with
        {
            Limits = new LimitOptions { MaxConnections = 2 },
            Listeners = [Setup.ListenerOn(anywhere), Setup.ListenerOn(anywhere, name: "second")],
        });
        using var first = await daemon.ConnectAsync();
        using var second = await Client.ConnectAsync(daemon.Daemon.Listeners[1].Bound[0]);
        await first.WhoAsync();
        await second.WhoAsync();

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        await daemon.ClosesReachAsync(CloseReason.LimitGlobal, 1);
        Assert.Equal(2, daemon.Daemon.MaxConnections);
        Assert.Equal(2, await daemon.ScalarAsync("apilb_connections_limit"));
        Assert.Equal(2, await daemon.ScalarAsync("apilb_connections"));
    }

    [Fact]
    public async Task SourcesLimit_RefusesThatSourceOnly()
    {
        await using var daemon = await StartAsync(l => l with { Limits = new ListenerLimitOptions { MaxConnectionsPerSource = 1 } });
        using var first = await Client.ConnectAsync(daemon.EndPoint, One);
        await first.WhoAsync();

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint, One));
        using var other = await Client.ConnectAsync(daemon.EndPoint, Other);
        Assert.Equal("cp1", await other.WhoAsync());
        await daemon.ClosesReachAsync(CloseReason.LimitSource, 1);
        Assert.Equal(2, await daemon.MetricAsync($"apilb_listener_sources{{{OfListener}}}"));

        first.Dispose();
        await daemon.ClosesReachAsync(CloseReason.ClientEof, 1);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_listener_sources{{{OfListener}}}"));
    }

    [Fact]
    public async Task ExemptSource_MayHaveMore()
    {
        await using var daemon = await StartAsync(l => l with
        {
            Limits = new ListenerLimitOptions { MaxConnectionsPerSource = 1, ExemptSources = [new IPNetwork(One, 32)] },
        });
        using var first = await Client.ConnectAsync(daemon.EndPoint, One);
        using var second = await Client.ConnectAsync(daemon.EndPoint, One);

        Assert.Equal("cp1", await first.WhoAsync());
        Assert.Equal("cp1", await second.WhoAsync());
    }

    [Fact]
    public async Task DualStackListener_KnowsIpv4ClientsAsSuch()
    {
        var options = Setup.Tcp(_cp1.Options) with
        {
            Listeners = [Setup.ListenerOn(new IPEndPoint(IPAddress.IPv6Any, 0)) with { Deny = [new IPNetwork(One, 32)] }],
        };
        await using var daemon = await RunningDaemon.StartAsync(options);
        var endPoint = new IPEndPoint(IPAddress.Loopback, ((IPEndPoint)daemon.EndPoint).Port);

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(endPoint, One));
        using var other = await Client.ConnectAsync(endPoint, Other);
        Assert.Equal("cp1", await other.WhoAsync());
    }

    [Fact]
    public async Task Rate_LetsASecondsWorthInAtOnce()
    {
        await using var daemon = await StartAsync(l => l with { Limits = new ListenerLimitOptions { AcceptRate = 1 } });
        using var first = await daemon.ConnectAsync();
        Assert.Equal("cp1", await first.WhoAsync());

        // More than one: on a slow day a second goes by, and brings a token.
        var ends = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => ResetAsync(daemon.EndPoint)));

        Assert.Contains(true, ends);
        await daemon.ClosesReachAsync(CloseReason.LimitRate, ends.Count(isReset => isReset));
    }

    [Fact]
    public async Task AccessList_DenyWinsAndStrangersStayOut()
    {
        await using var daemon = await StartAsync(l => l with
        {
            Allow = [new IPNetwork(IPAddress.Parse("127.0.0.2"), 31)],
            Deny = [new IPNetwork(Other, 32)],
        });
        using var allowed = await Client.ConnectAsync(daemon.EndPoint, One);
        Assert.Equal("cp1", await allowed.WhoAsync());

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint, Other));
        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint, IPAddress.Parse("127.0.0.4")));

        await daemon.ClosesReachAsync(CloseReason.Denied, 2);
        Assert.Equal(1, daemon.Backend("cp1").Counters.Connections);
    }

    [Fact]
    public async Task UnixClient_IsBeyondAccessLists()
    {
        var folder = Directory.CreateTempSubdirectory("apilb-admission-");
        try
        {
            System.Net.Sockets.UnixDomainSocketEndPoint path = new(Path.Combine(folder.FullName, "api.sock"));
            await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options) with
            {
                Listeners = [Setup.ListenerOn(path) with { Deny = [new IPNetwork(IPAddress.Any, 0), new IPNetwork(IPAddress.IPv6Any, 0)] }],
            });

            Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> ResetAsync(EndPoint endPoint)
    {
        try
        {
            using var client = await Client.ConnectAsync(endPoint);
            return await client.WhoAsync() != "cp1";
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }

    private Task<RunningDaemon> StartAsync(Func<ListenerOptions, ListenerOptions> change) =>
        RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options).With(change));
}
