using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Xunit;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>Whose silence it is: the host's, the process's, or only that of the way to it.</summary>
public sealed class SilenceTests : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();
    private readonly FakeApiserver _server;
    private readonly HealthOptions _options;

    public SilenceTests()
    {
        _server = new FakeApiserver(_ca.Issue("127.0.0.1"));
        _options = new HealthOptions { Type = HealthCheckType.KubeApiserver, CaFile = _ca.File, Timeout = TimeSpan.FromSeconds(10) };
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _ca.Dispose();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1)]
    public async Task VanishedHost_IsKnownLongBeforeTheDeadline(int freshConnectionEvery)
    {
        await using var backend = await PassOnceAsync(_options with { FreshConnectionEvery = freshConnectionEvery });
        await _server.VanishAsync();
        var started = TimeProvider.System.GetTimestamp();

        await AssertAsync(backend, HealthEvidence.HostSilent, HealthCause.Unacknowledged, ProbeStage.TcpHandshake, isAcknowledged: false);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(0.7), TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task VanishedHost_IsKnownAtOnceTheSecondTime()
    {
        await using var backend = await PassOnceAsync(_options);
        await _server.VanishAsync();
        await backend.CheckAsync();
        var started = TimeProvider.System.GetTimestamp();

        await AssertAsync(backend, HealthEvidence.HostSilent, HealthCause.Unacknowledged, ProbeStage.TcpHandshake, isAcknowledged: false);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task DeadPathOfTheKeptConnection_IsNoSilenceOfTheHost()
    {
        await using var backend = await PassOnceAsync(_options);
        await _server.IgnoreOpenConnectionsAsync();

        var verdict = await backend.CheckAsync();

        Assert.Equal((HealthEvidence.Ready, true), (verdict.Report.Evidence, verdict.IsFresh));
    }

    [Fact]
    public async Task SynsIgnoredButTheKeptConnectionAnswers_IsNotDead()
    {
        await using var backend = await PassOnceAsync(_options with { FreshConnectionEvery = 1, Timeout = TimeSpan.FromSeconds(1.5) });
        _server.IgnoreNewConnections();

        await AssertAsync(backend, HealthEvidence.NotReady, HealthCause.ConnectTimeout, ProbeStage.TcpHandshake, isAcknowledged: true);
        await AssertAsync(backend, HealthEvidence.NotReady, HealthCause.ConnectTimeout, ProbeStage.TcpHandshake, isAcknowledged: true);
    }

    [Fact]
    public async Task SynsIgnored_OnlyANewConnectionClearsTheBackendAgain()
    {
        await using var backend = await PassOnceAsync(_options with { Timeout = TimeSpan.FromSeconds(1.5) });
        _server.IgnoreNewConnections();

        Assert.Equal(HealthEvidence.Ready, (await backend.CheckAsync()).Report.Evidence);
        Assert.Equal(HealthCause.ConnectTimeout, (await backend.CheckAsync(needsFresh: true)).Report.Cause);
        Assert.Equal(HealthCause.ConnectTimeout, (await backend.CheckAsync()).Report.Cause);

        _server.TakeNewConnections();
        Assert.Equal((HealthEvidence.Ready, true), Told(await backend.CheckAsync()));
        Assert.Equal((HealthEvidence.Ready, false), Told(await backend.CheckAsync()));

        static (HealthEvidence, bool) Told(ApiLb.Probing.ProbeVerdict verdict) => (verdict.Report.Evidence, verdict.IsFresh);
    }

    [Fact]
    public async Task NewConnectionsOpenWithoutAHandshakeButTheKeptOneAnswers_IsNotASilentProcess()
    {
        await using var backend = await PassOnceAsync(_options with { Timeout = TimeSpan.FromSeconds(1.5) });
        _server.Raw = (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

        await AssertAsync(backend, needsFresh: true, HealthEvidence.NotReady, HealthCause.ConnectTimeout, ProbeStage.TlsHandshake, isAcknowledged: true);
    }

    [Fact]
    public async Task SynsIgnoredAndTheKeptConnectionUnansweredButAcknowledged_IsASilentProcess()
    {
        await using var backend = await PassOnceAsync(_options with { FreshConnectionEvery = 1, Timeout = TimeSpan.FromSeconds(1.5) });
        _server.IgnoreNewConnections();
        _server.Answer = Answers.Silence;

        await AssertAsync(backend, HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, ProbeStage.Request, isAcknowledged: true);
        await AssertAsync(backend, HealthEvidence.ProcessSilent, HealthCause.ConnectTimeout, ProbeStage.TcpHandshake, isAcknowledged: null);
    }

    [Fact]
    public async Task FrozenProcess_IsASilentProcessAtTheDeadline()
    {
        await using var backend = await PassOnceAsync(_options with { Timeout = TimeSpan.FromSeconds(1.5) });
        _server.Answer = Answers.Silence;

        await AssertAsync(backend, HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, ProbeStage.Request, isAcknowledged: true);
    }

    [Fact]
    public async Task SilentReadyzOfALiveProcess_IsOnlyNotReady()
    {
        _server.Paths["/livez"] = Answers.Ok;
        await using var backend = await PassOnceAsync(_options with { Timeout = TimeSpan.FromSeconds(1.5) });
        _server.Answer = Answers.Silence;

        var verdict = await AssertAsync(backend, HealthEvidence.NotReady, HealthCause.ResponseTimeout, ProbeStage.Request, isAcknowledged: true);
        Assert.Equal("no answer in time, but HTTP 200 from /livez", verdict.Report.Detail);
    }

    [Theory]
    [InlineData(500, nameof(HealthCause.NotLive), "HTTP 500: poststarthook/x failed; /livez is red too")]
    [InlineData(200, nameof(HealthCause.Status), "HTTP 500: poststarthook/x failed")]
    [InlineData(403, nameof(HealthCause.Status), "HTTP 500: poststarthook/x failed")]
    public async Task RedReadyz_AsksLivezOverTheSameConnection(int livez, string cause, string detail)
    {
        _server.Answer = Answers.Status(500, "[+]ping ok\n[-]poststarthook/x failed: reason withheld\n");
        _server.Paths["/livez"] = Answers.Status(livez, "");
        await using ProbedBackend backend = new("127.0.0.1", _server.Port, _options);

        var verdict = await backend.CheckAsync();

        Assert.Equal((HealthEvidence.NotReady, cause, detail), (verdict.Report.Evidence, verdict.Report.Cause.ToString(), verdict.Report.Detail));
        Assert.Equal((1, 2), (_server.Accepts, _server.Requests));
    }

    [Fact]
    public async Task ReadyzRedBecauseOfEtcd_DoesNotAskFurther()
    {
        _server.Answer = Answers.Status(500, Answers.EtcdDownBody);
        await using ProbedBackend backend = new("127.0.0.1", _server.Port, _options);

        Assert.Equal(HealthCause.EtcdUnready, (await backend.CheckAsync()).Report.Cause);
        Assert.Equal(1, _server.Requests);
    }

    private async Task<ProbedBackend> PassOnceAsync(HealthOptions options)
    {
        ProbedBackend backend = new("127.0.0.1", _server.Port, options);
        var verdict = await backend.CheckAsync();
        Assert.True(verdict.Report.Evidence == HealthEvidence.Ready, $"{verdict}");
        return backend;
    }

    private static Task<ApiLb.Probing.ProbeVerdict> AssertAsync(
        ProbedBackend backend, HealthEvidence evidence, HealthCause cause, ProbeStage stage, bool? isAcknowledged) =>
        AssertAsync(backend, needsFresh: false, evidence, cause, stage, isAcknowledged);

    private static async Task<ApiLb.Probing.ProbeVerdict> AssertAsync(
        ProbedBackend backend, bool needsFresh, HealthEvidence evidence, HealthCause cause, ProbeStage stage, bool? isAcknowledged)
    {
        var verdict = await backend.CheckAsync(needsFresh);
        Assert.True(
            (evidence, cause, stage, isAcknowledged) == (verdict.Report.Evidence, verdict.Report.Cause, verdict.Stage, verdict.IsAcknowledged),
            $"expected {evidence}, {cause} at {stage}; got {verdict}");
        return verdict;
    }
}
