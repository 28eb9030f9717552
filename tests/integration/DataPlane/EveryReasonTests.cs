using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>
/// Each terminal reason, provoked once: the listener counts it once, and so does the backend if it served the connection.
/// A test here is named after its reason; <see cref="EveryReason_HasItsTest"/> looks for them.
/// </summary>
public sealed class EveryReasonTests : IAsyncDisposable
{
    /// <summary>Provoked where the feature has its tests. Whoever builds one of them takes it off this list.</summary>
    private static readonly CloseReason[] NotYet =
    [
        CloseReason.NoRoute,
        CloseReason.BadProxy,
        CloseReason.Denied,
        CloseReason.LimitGlobal,
        CloseReason.LimitListener,
        CloseReason.LimitSource,
        CloseReason.LimitRate,
    ];

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly ScriptedBackend _frozen = ScriptedBackend.Frozen("cp1");
    private readonly SilentHost _silent = new("cp1");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _frozen.DisposeAsync();
        _silent.Dispose();
    }

    [Fact]
    public void EveryReason_HasItsTest()
    {
        var tested = GetType().GetMethods().Select(m => m.Name.Split('_')[0]).ToHashSet();

        Assert.All(Enum.GetValues<CloseReason>().Except(NotYet), reason => Assert.Contains(reason.ToString(), tested));
        Assert.All(NotYet, reason => Assert.DoesNotContain(reason.ToString(), tested));
    }

    [Fact]
    public async Task ClientEof_BothFinishTheClientFirst()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var client = await ServedAsync(daemon);
        client.FinishSending();

        Assert.Equal(ConnectionEnd.Eof, await client.EndAsync());
        await EndedAsync(daemon, CloseReason.ClientEof, isServed: true);
    }

    [Fact]
    public async Task ServerEof_BothFinishTheBackendFirst()
    {
        await using var backend = ScriptedBackend.FinishingFirst("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync("?");

        Assert.Equal(ConnectionEnd.Eof, await client.EndAsync());
        client.FinishSending();
        await EndedAsync(daemon, CloseReason.ServerEof, isServed: true);
    }

    [Fact]
    public async Task ClientReset_TheClientResets()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var client = await ServedAsync(daemon);

        client.Reset();

        await EndedAsync(daemon, CloseReason.ClientReset, isServed: true);
    }

    [Fact]
    public async Task ServerReset_TheBackendResets()
    {
        await using var backend = ScriptedBackend.Resetting("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options));
        using var client = await daemon.ConnectAsync();

        await client.SendAsync("?");

        await ResetAsync(client, daemon, CloseReason.ServerReset, isServed: true);
    }

    [Fact]
    public async Task Refused_NobodyListens()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        await _cp1.StopAsync();

        await ResetAtOnceAsync(daemon, CloseReason.Refused);
    }

    [Fact]
    public async Task ConnectTimeout_NoHandshakeEnds()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_silent.Options).With((ConnectOptions c) => c with { Timeout = Soon }));
        await _silent.VanishAsync();

        await ResetAtOnceAsync(daemon, CloseReason.ConnectTimeout);
    }

    [Fact]
    public async Task FirstByteTimeout_TheBackendSaysNothing()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(_frozen.Options).With((ConnectOptions c) => c with { TotalTimeout = Soon }));
        using var client = await daemon.ConnectAsync();

        await client.SendHelloAsync();

        await ResetAsync(client, daemon, CloseReason.FirstByteTimeout, isServed: false);
    }

    [Fact]
    public async Task NoBackend_NobodyMayBeTried()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options with { Weight = 0 }));

        await ResetAtOnceAsync(daemon, CloseReason.NoBackend);
    }

    [Fact]
    public async Task BadHello_TheClientDoesNotSpeakTls()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(_cp1.Options));
        using var client = await daemon.ConnectAsync();

        await client.SendAsync("GET / HTTP/1.1\r\n\r\n");

        await ResetAsync(client, daemon, CloseReason.BadHello, isServed: false);
    }

    [Fact]
    public async Task LimitBackend_EveryPlaceIsTaken()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tcp(_cp1.Options with { MaxConnections = 1 }).With(p => p with { Queue = new QueueOptions { MaxLength = 0 } }));
        using var holder = await ServedAsync(daemon);

        await ResetAtOnceAsync(daemon, CloseReason.LimitBackend);
    }

    [Fact]
    public async Task HalfClosedTimeout_OneSideFinishesAndTheOtherIsSilent()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_frozen.Options).With(p => p with { Timeouts = new TimeoutOptions { HalfClosed = Soon } }));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync("?");

        client.FinishSending();

        await ResetAsync(client, daemon, CloseReason.HalfClosedTimeout, isServed: true);
    }

    [Fact]
    public async Task Idle_NobodySaysAnything()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options).With(p => p with { Timeouts = new TimeoutOptions { Idle = Soon } }));
        using var client = await ServedAsync(daemon);

        await ResetAsync(client, daemon, CloseReason.Idle, isServed: true);
    }

    [Fact]
    public Task BackendDead_ItsConnectionsAreClosed() => ClosedByThePoolAsync(CloseReason.BackendDead);

    [Fact]
    public Task Drain_ItsGraceIsOver() => ClosedByThePoolAsync(CloseReason.Drain);

    [Fact]
    public Task Killed_AnOperatorSaidSo() => ClosedByThePoolAsync(CloseReason.Killed);

    [Fact]
    public Task Rebalance_TheClientIsToGoElsewhere() => ClosedByThePoolAsync(CloseReason.Rebalance);

    [Fact]
    public async Task Shutdown_TheDaemonStops()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var client = await ServedAsync(daemon);

        await daemon.StopAsync(new CancellationToken(canceled: true));

        await ResetAsync(client, daemon, CloseReason.Shutdown, isServed: true);
    }

    /// <summary>The kernel does not dial a link-local address without its interface (EINVAL): not the backend's fault.</summary>
    [Fact]
    public async Task LocalFault_TheDialCannotEvenBegin()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options with { Address = new BackendAddress("fe80::1", 6443) }));

        await ResetAtOnceAsync(daemon, CloseReason.LocalFault);
        Assert.Equal(0, daemon.Backend("cp1").Counters.ConnectFailures);
    }

    private async Task ClosedByThePoolAsync(CloseReason reason)
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var client = await ServedAsync(daemon);

        Assert.True(Assert.Single(daemon.Backend("cp1").Connections.ToArray()).Close(reason));

        await ResetAsync(client, daemon, reason, isServed: true);
        Assert.Equal(0, daemon.Backend("cp1").Connections.Count);
    }

    private static async Task<Client> ServedAsync(RunningDaemon daemon)
    {
        var client = await daemon.ConnectAsync();
        Assert.Equal("cp1", await client.WhoAsync());
        return client;
    }

    private static async Task ResetAtOnceAsync(RunningDaemon daemon, CloseReason reason)
    {
        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        await EndedAsync(daemon, reason, isServed: false);
    }

    private static async Task ResetAsync(Client client, RunningDaemon daemon, CloseReason reason, bool isServed)
    {
        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await EndedAsync(daemon, reason, isServed);
    }

    /// <summary>One connection ended, for this reason and no other.</summary>
    private static async Task EndedAsync(RunningDaemon daemon, CloseReason reason, bool isServed)
    {
        await daemon.ClosesReachAsync(reason, 1);
        Assert.Equal(1, Enum.GetValues<CloseReason>().Sum(daemon.Counters.Closes));
        var backend = daemon.Backend("cp1").Counters;
        Assert.Equal(isServed ? 1 : 0, backend.Closes(reason));
        Assert.Equal(isServed ? 1 : 0, Enum.GetValues<CloseReason>().Sum(backend.Closes));
    }
}
