using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class ProbeServiceTests : IAsyncLifetime
{
    private readonly FakeTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, ScriptedProber> _probers = new(StringComparer.Ordinal);
    private readonly BackendPool _pool;
    private readonly ProbeService _service;
    private Task _running = Task.CompletedTask;

    public ProbeServiceTests()
    {
        PoolOptions options = new()
        {
            Name = "control-plane",
            Health = new HealthOptions { Type = HealthCheckType.KubeApiserver },
            Backends = [Named("a", "10.0.0.1"), Named("b", "10.0.0.2"), Named("n", "cp3.example.com")],
        };
        _pool = new BackendPool(options, _time, NullLogger<BackendPool>.Instance);
        _service = new ProbeService([_pool], _time, NullLoggerFactory.Instance, b => _probers[b.Name] = new ScriptedProber());
        _pool.SetMode(_pool.Snapshot.Backends[2], OperatorMode.Maint);
    }

    private Backend A => _pool.Snapshot.Backends[0];

    private Backend Named3 => _pool.Snapshot.Backends[2];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    [Fact]
    public async Task FirstRound_RunsInParallelAndCompletesWithTheLastFirstCheck()
    {
        Start();
        var ofA = await _probers["a"].NextAsync();
        var ofB = await _probers["b"].NextAsync();

        ofA.SetResult(ScriptedProber.Passed);
        Assert.False(_service.FirstRoundCompleted.IsCompleted);
        ofB.SetResult(ScriptedProber.Refused);
        await _service.FirstRoundCompleted;

        Assert.Equal(HealthStatus.Ready, A.Health.Current.Status);
    }

    [Fact]
    public async Task SilentBackends_BoundTheFirstRoundByTheTimeout()
    {
        Start();
        await _probers["a"].NextAsync();
        await _probers["b"].NextAsync();

        _time.Advance(TimeSpan.FromSeconds(3.1));
        await _service.FirstRoundCompleted;

        Assert.Equal(HealthStatus.NotReady, A.Health.Current.Status);
    }

    [Fact]
    public async Task SettledBackend_IsCheckedAtTheInterval()
    {
        await SettleAsync();
        var started = _probers["a"].Started;

        _time.Advance(TimeSpan.FromSeconds(1.7));
        Assert.Equal(started, _probers["a"].Started);
        _time.Advance(TimeSpan.FromSeconds(0.6));
        await _probers["a"].NextAsync();
    }

    [Fact]
    public async Task Suspicion_StartsACheckAtOnce()
    {
        await SettleAsync();
        _time.Advance(TimeSpan.FromMilliseconds(100));

        _pool.Report(A, new HealthReport(HealthEvidence.ConnectionFailed, HealthCause.Refused, "refused"));

        await _probers["a"].AnswerAsync(ScriptedProber.Passed);
        Assert.True(_probers["a"].NeedsFresh);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SuspicionDuringACheck_IsNotClearedByIt(bool isFresh)
    {
        await SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(2.3));
        var before = await _probers["a"].NextAsync();
        _time.Advance(TimeSpan.FromMilliseconds(250));
        _pool.Report(A, new HealthReport(HealthEvidence.ConnectionFailed, HealthCause.ConnectTimeout, "no answer to a client's SYN"));

        before.SetResult(isFresh ? ScriptedProber.Passed : ScriptedProber.PassedOverKept);
        var after = await _probers["a"].NextAsync();

        Assert.Equal(HealthStatus.Suspect, A.Health.Current.Status);
        Assert.True(_probers["a"].NeedsFresh);
        after.SetResult(ScriptedProber.Passed);
        await UntilAsync(() => A.Health.Current.Status == HealthStatus.Ready);
    }

    /// <summary>As when this host has no port left for a connection of its own.</summary>
    [Fact]
    public async Task CheckOfASuspectThatHadToUseTheKeptConnection_DoesNotClearIt()
    {
        await SettleAsync();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _pool.Report(A, new HealthReport(HealthEvidence.ConnectionFailed, HealthCause.ConnectTimeout, "no answer to a client's SYN"));

        await _probers["a"].AnswerAsync(ScriptedProber.PassedOverKept);
        var started = _probers["a"].Started;
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            return _probers["a"].Started > started;
        });
        var next = await _probers["a"].NextAsync();

        Assert.Equal(HealthStatus.Suspect, A.Health.Current.Status);
        next.SetResult(ScriptedProber.Passed);
        await UntilAsync(() => A.Health.Current.Status == HealthStatus.Ready);
    }

    [Fact]
    public async Task TrafficThatFellSilent_StartsACheckBeforeItsTurn()
    {
        await SettleAsync();
        var others = _probers["b"].Started;
        _time.Advance(TimeSpan.FromMilliseconds(500));
        A.Counters.Relayed.Add(0, toBackend: 1, toClient: 0);

        _time.Advance(TimeSpan.FromMilliseconds(400));

        await _probers["a"].AnswerAsync(ScriptedProber.Passed);
        Assert.Equal(others, _probers["b"].Started);
    }

    [Fact]
    public async Task TrafficWithManyPauses_IsNotCheckedMoreOftenThanABackendInDoubt()
    {
        await SettleAsync();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        A.Counters.Relayed.Add(0, toBackend: 1, toClient: 1);
        var started = _probers["a"].Started;

        _time.Advance(TimeSpan.FromMilliseconds(399));
        Assert.Equal(started, _probers["a"].Started);
        _time.Advance(TimeSpan.FromMilliseconds(101));
        await _probers["a"].AnswerAsync(ScriptedProber.Passed);
    }

    [Fact]
    public async Task FailedCheck_IsRepeatedFast()
    {
        await SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(2.3));
        await _probers["b"].AnswerAsync(ScriptedProber.Passed);
        await _probers["a"].AnswerAsync(ScriptedProber.Refused);
        await UntilAsync(() => A.Counters.ProbesFailed == 1 && _pool.Snapshot.Backends[1].Counters.ProbesPassed == 2);
        await _time.TimersArmedAsync(4);

        _time.Advance(TimeSpan.FromMilliseconds(560));
        await _probers["a"].AnswerAsync(ScriptedProber.Refused);
        await UntilAsync(() => A.Health.Current.Status == HealthStatus.Dead);
    }

    [Fact]
    public async Task StallOfOurOwn_IsNotAFailedCheck()
    {
        await SettleAsync();
        _time.Advance(TimeSpan.FromSeconds(2.3));
        await _probers["b"].AnswerAsync(ScriptedProber.Passed);
        var frozen = await _probers["a"].NextAsync();

        _time.Stall(TimeSpan.FromSeconds(30));
        frozen.TrySetResult(ScriptedProber.Silent);
        await _probers["a"].AnswerAsync(ScriptedProber.Passed);

        Assert.Equal(HealthStatus.Ready, A.Health.Current.Status);
        Assert.Equal(0, A.Counters.ProbesFailed);
    }

    [Fact]
    public async Task LocalFault_IsNotReported()
    {
        Start();
        await _probers["a"].AnswerAsync(ProbeVerdict.LocalFault(ProbeLayer.L4, "no file descriptors"));
        await _probers["b"].AnswerAsync(ScriptedProber.Passed);
        await _service.FirstRoundCompleted;

        Assert.Null(A.LastProbe);
        Assert.Equal(HealthStatus.Unknown, A.Health.Current.Status);
    }

    [Fact]
    public async Task Maint_IsNotCheckedUntilItEnds()
    {
        await SettleAsync();
        Assert.Null(Named3.LastProbe);

        _pool.SetMode(Named3, OperatorMode.Ready);
        _time.Advance(TimeSpan.FromMilliseconds(560));

        await UntilAsync(() => Named3.LastProbe is not null);
        Assert.Equal(HealthCause.UnresolvedName, Named3.LastProbe!.Report.Cause);
        Assert.Equal(0, _probers["n"].Started);
    }

    [Fact]
    public async Task Stop_EndsTheRunAndDisposesTheProbers()
    {
        Start();
        await _probers["a"].NextAsync();

        await _stop.CancelAsync();
        await _running;
        await _service.FirstRoundCompleted.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);

        Assert.All(_probers.Values, p => Assert.True(p.IsDisposed));
    }

    private static BackendOptions Named(string name, string host) => new() { Name = name, Address = new BackendAddress(host, 6443) };

    private static async Task UntilAsync(Func<bool> condition)
    {
        using CancellationTokenSource giveUp = new(TimeSpan.FromSeconds(10));
        while (!condition())
        {
            giveUp.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private void Start() => _running = _service.RunAsync(_stop.Token);

    private async Task SettleAsync()
    {
        Start();
        await _probers["a"].AnswerAsync(ScriptedProber.Passed);
        await _probers["b"].AnswerAsync(ScriptedProber.Passed);
        await _service.FirstRoundCompleted;
        await _time.TimersArmedAsync(4);
    }
}
