using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ApiLb.IntegrationTests.Probing;

public sealed class ProbeServiceTests : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WarningLog _log = new();
    private readonly FakeApiserver _cp1;
    private readonly FakeApiserver _cp2;
    private readonly HealthOptions _health;
    private BackendPool _pool = null!;
    private Task _running = Task.CompletedTask;

    public ProbeServiceTests()
    {
        _cp1 = new FakeApiserver(_ca.Issue("127.0.0.1"));
        _cp2 = new FakeApiserver(_ca.Issue("127.0.0.1"));
        _health = new HealthOptions
        {
            Type = HealthCheckType.KubeApiserver,
            CaFile = _ca.File,
            Interval = TimeSpan.FromMilliseconds(100),
            FastInterval = TimeSpan.FromMilliseconds(60),
            SlowStart = TimeSpan.Zero,
            Timeout = TimeSpan.FromSeconds(5),
        };
    }

    private Backend Cp1 => _pool.Snapshot.Backends[0];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
        _ca.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task FirstRound_BringsTheReadyOnesIn()
    {
        await StartAsync(_health);

        Assert.Equal(2, _pool.Snapshot.ReadyCount);
    }

    [Fact]
    public async Task NotReady_LeavesAfterFallAndReturnsAfterRise()
    {
        await StartAsync(_health with { Fall = 3, Rise = 2 });

        _cp1.Answer = Answers.Status(500, Answers.EtcdDownBody);
        await BecomesAsync(HealthStatus.NotReady);
        Assert.Equal(3, Cp1.Counters.ProbesFailed);
        Assert.Equal("HTTP 500: etcd failed", Cp1.Health.Current.Detail);

        _cp1.Answer = Answers.Ok;
        await BecomesAsync(HealthStatus.Ready);
        Assert.Equal(2, _pool.Snapshot.ReadyCount);
    }

    [Fact]
    public async Task ShuttingDown_DrainsAfterOneAnswer()
    {
        await StartAsync(_health);

        _cp1.Answer = Answers.Status(500, Answers.ShuttingDownBody);
        await BecomesAsync(HealthStatus.Draining);

        Assert.Equal(1, Cp1.Counters.ProbesFailed);
    }

    [Fact]
    public async Task GoneAndBack_IsDeadThenReady()
    {
        await StartAsync(_health);
        var port = _cp1.Port;

        await _cp1.DisposeAsync();
        await BecomesAsync(HealthStatus.Dead);

        await using FakeApiserver restarted = new(_ca.Issue("127.0.0.1"), port);
        await BecomesAsync(HealthStatus.Ready);
    }

    [Fact]
    public async Task Suspicion_IsClearedByACheckWithinMilliseconds()
    {
        await StartAsync(_health with { Interval = TimeSpan.FromMinutes(10) });
        var checks = Cp1.Counters.ProbesPassed;
        var started = TimeProvider.System.GetTimestamp();

        _pool.Report(Cp1, new HealthReport(HealthEvidence.ConnectionFailed, HealthCause.Reset, "reset"));
        await BecomesAsync(HealthStatus.Ready);

        Assert.Equal(checks + 1, Cp1.Counters.ProbesPassed);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Unauthorized_KeepsTheBackendAndWarnsOnce()
    {
        await StartAsync(_health);

        _cp1.Answer = Answers.Status(401, "{}");
        var checks = Cp1.Counters.ProbesPassed;
        await Eventually.HoldsAsync(() => Cp1.Counters.ProbesPassed > checks + 4, () => $"{Cp1.Counters.ProbesPassed} checks passed");

        Assert.Equal(HealthStatus.Ready, Cp1.Health.Current.Status);
        Assert.Equal(
            ["Pool control-plane: backend cp1 is alive, readiness unknown: HTTP 401, allow anonymous access to /readyz, or set health.tokenFile or health.clientCertificateFile"],
            _log.Warnings);
    }

    [Fact]
    public async Task ForbiddenWhileItStarts_DoesNotRaiseADeadBackendAndWarnsOfNothing()
    {
        await StartAsync(_health);
        var port = _cp1.Port;
        await _cp1.DisposeAsync();
        await BecomesAsync(HealthStatus.Dead);

        await using FakeApiserver restarted = new(_ca.Issue("127.0.0.1"), port) { Answer = Answers.Status(403, "{}") };
        await BecomesAsync(HealthStatus.NotReady);
        Assert.Contains("starting", Cp1.Health.Current.Detail, StringComparison.Ordinal);
        restarted.Answer = Answers.Ok;
        await BecomesAsync(HealthStatus.Ready);

        Assert.DoesNotContain(_log.Warnings, w => w.Contains("readiness unknown", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_ClosesTheKeptConnections()
    {
        await StartAsync(_health);

        await _stop.CancelAsync();
        await _running;

        await Eventually.HoldsAsync(
            () => _cp1.LastConversation is not null && _cp2.LastConversation is not null, () => "an apiserver still has a connection");
    }

    private async Task StartAsync(HealthOptions health)
    {
        PoolOptions options = new()
        {
            Name = "control-plane",
            Health = health,
            Backends = [At("cp1", _cp1), At("cp2", _cp2)],
        };
        _pool = new BackendPool(options, TimeProvider.System, _log.CreateLogger<BackendPool>());
        ProbeService service = new([_pool], TimeProvider.System, _log);
        _running = service.RunAsync(_stop.Token);
        await service.FirstRoundCompleted;
    }

    private static BackendOptions At(string name, FakeApiserver server) =>
        new() { Name = name, Address = new BackendAddress("127.0.0.1", server.Port) };

    private Task BecomesAsync(HealthStatus status) => Eventually.HoldsAsync(
        () => Cp1.Health.Current.Status == status, () => $"cp1 is {Cp1.Health.Current}, last check {Cp1.LastProbe}");
}
