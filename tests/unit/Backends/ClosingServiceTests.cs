using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class ClosingServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private static readonly ModeOrder Drain = new(OperatorMode.Drain, new OrderTerms("uid 0", DateTimeOffset.UnixEpoch)) { Grace = Grace };

    private readonly FakeTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CountedConnection _connection = new();
    private readonly BackendPool _pool;
    private readonly Backend _backend;
    private readonly Task _running;

    public ClosingServiceTests()
    {
        PoolOptions options = new()
        {
            Name = "control-plane",
            Health = new HealthOptions { Type = HealthCheckType.KubeApiserver },
            Timeouts = new TimeoutOptions { Drain = Grace },
            Backends = [new BackendOptions { Name = "cp1", Address = new BackendAddress("10.0.0.1", 6443) }],
        };
        _pool = new BackendPool(options, _time, NullLogger<BackendPool>.Instance);
        _backend = _pool.Snapshot.Backends[0];
        _backend.Connections.Add(_connection);
        var closing = new ClosingService([_pool], new PacedClose(() => Task.CompletedTask, _time), _time, NullLogger<ClosingService>.Instance);
        _running = closing.RunAsync(_stop.Token);
        Report(HealthEvidence.Ready);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [Fact]
    public async Task HealthFlipsDuringADrain_TheGraceGoesOn()
    {
        await OrderAsync(Drain);
        Pass(40);

        Report(HealthEvidence.ConnectionFailed);
        Report(HealthEvidence.Ready);
        Report(HealthEvidence.ShuttingDown);
        Pass(20);

        await IsClosedAsync();
    }

    [Fact]
    public async Task BackendLeavesItsPoolWhileItShutsDown_TheGraceGoesOn()
    {
        Report(HealthEvidence.ShuttingDown);
        await _time.TimersArmedAsync(1);
        Pass(40);

        _pool.SetMembers([]);
        Pass(20);

        await IsClosedAsync();
    }

    [Fact]
    public async Task NextOrder_IsAGraceOfItsOwn()
    {
        await OrderAsync(Drain);
        Pass(40);

        _pool.SetMode(_backend, Drain with { Terms = new OrderTerms("uid 0", DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(40)) });
        await _time.TimersArmedAsync(1);
        Pass(59);
        Assert.Equal(0, _connection.Cuts);
        Pass(1);

        await IsClosedAsync();
    }

    [Fact]
    public async Task OrderTakenBack_ClosesNothing()
    {
        await OrderAsync(Drain);
        Pass(40);

        _pool.SetMode(_backend, OperatorMode.Ready);
        Pass(100);

        await _stop.CancelAsync();
        await _running;
        Assert.Equal(0, _connection.Cuts);
    }

    [Fact]
    public async Task HostDiesDuringADrain_ClosesAtOnce()
    {
        await OrderAsync(Drain);

        Report(HealthEvidence.HostSilent);
        Report(HealthEvidence.HostSilent);

        await IsClosedAsync();
        Assert.Equal(CloseReason.BackendDead, _connection.ClosedFor);
    }

    [Fact]
    public async Task ClientThatComesWhenTheDrainIsOver_IsClosedToo()
    {
        await CloseNowAsync();

        Assert.Equal(CloseReason.Drain, Late().ClosedFor);
    }

    [Fact]
    public async Task ClientThatComesWhenTheBackendHasLeftItsPool_IsClosedToo()
    {
        Report(HealthEvidence.ShuttingDown);
        _pool.SetMembers([]);
        await _time.TimersArmedAsync(1);
        Pass(60);
        await IsClosedAsync();

        Assert.Equal(CloseReason.Drain, Late().ClosedFor);
    }

    [Fact]
    public async Task ClientThatComesWhenTheOrderIsTakenBack_IsServed()
    {
        await CloseNowAsync();

        _pool.SetMode(_backend, OperatorMode.Ready);

        Assert.Null(Late().ClosedFor);
    }

    [Fact]
    public async Task ClientThatComesWithinTheNextGrace_HasIt()
    {
        await CloseNowAsync();

        await OrderAsync(Drain);

        Assert.Null(Late().ClosedFor);
    }

    /// <summary>They go there because there is nobody else.</summary>
    [Theory]
    [InlineData(HealthEvidence.ShuttingDown)]
    [InlineData(HealthEvidence.HostSilent)]
    public async Task ClientThatComesThoughTheBackendIsUnwell_IsServed(object evidence)
    {
        Report((HealthEvidence)evidence);
        Report((HealthEvidence)evidence);
        if (evidence is HealthEvidence.ShuttingDown)
        {
            await _time.TimersArmedAsync(1);
            Pass(60);
        }

        await IsClosedAsync();

        Assert.Null(Late().ClosedFor);
    }

    private async Task CloseNowAsync()
    {
        _pool.SetMode(_backend, Drain with { Grace = TimeSpan.Zero });
        await IsClosedAsync();
    }

    /// <summary>It has chosen the backend before, and its connection is established only now.</summary>
    private CountedConnection Late()
    {
        CountedConnection late = new();
        _backend.Connections.Add(late);
        return late;
    }

    private async Task OrderAsync(ModeOrder order)
    {
        _pool.SetMode(_backend, order);
        await _time.TimersArmedAsync(1);
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private void Report(HealthEvidence evidence) => _pool.Report(_backend, new HealthReport(evidence, HealthCause.Passed, "test"));

    private async Task IsClosedAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (_connection.Cuts == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Deadline, "the connection was not told to close");
            await Task.Yield();
        }
    }
}
