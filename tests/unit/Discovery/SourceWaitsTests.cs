using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class SourceWaitsTests : IDisposable
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OneTick = TimeSpan.FromMilliseconds(1);

    private readonly FakeTime _time = new();
    private readonly BackendPool _pool;
    private readonly SourceWaits _waits;

    public SourceWaitsTests()
    {
        var options = new PoolOptions
        {
            Name = "cp",
            Backends = [new BackendOptions { Name = "seed", Address = new BackendAddress("10.0.0.9", 6443) }],
            Health = new HealthOptions { Type = HealthCheckType.Tcp },
        };
        _pool = new BackendPool(options, _time, NullLogger<BackendPool>.Instance);
        _waits = new SourceWaits(_pool, new Backoff(() => 1), _time);
    }

    public void Dispose() => _waits.Dispose();

    [Fact]
    public async Task Failures_AreFollowedByLongerAndLongerWaits()
    {
        foreach (var expected in (TimeSpan[])[FirstBackoff, 2 * FirstBackoff, 4 * FirstBackoff])
        {
            await LastsAsync(Fail(DiscoveryResult.FailedUnreachable), expected);
        }
    }

    [Fact]
    public async Task MissingFile_IsLookedForAtOneSteadyPace()
    {
        foreach (var _ in Enumerable.Range(0, 5))
        {
            await LastsAsync(Fail(DiscoveryResult.FailedConfiguration), TimeSpan.FromSeconds(2));
        }
    }

    [Fact]
    public async Task MemberThatBecomesReady_EndsTheWait()
    {
        await LastsAsync(Fail(DiscoveryResult.FailedUnreachable), FirstBackoff);
        var wait = Fail(DiscoveryResult.FailedUnreachable);
        Assert.False(wait.IsCompleted);

        BecomesReady();

        await wait;
        await LastsAsync(Fail(DiscoveryResult.FailedUnreachable), FirstBackoff);
    }

    [Fact]
    public async Task MemberThatBecameReadyDuringTheLook_LeavesNothingToWaitFor()
    {
        _waits.BeginLook();
        BecomesReady();

        await _waits.AfterFailureAsync(DiscoveryResult.FailedUnreachable, CancellationToken.None);
    }

    [Fact]
    public async Task Stop_EndsEveryWait()
    {
        using CancellationTokenSource stop = new();
        _waits.BeginLook();
        var wait = _waits.AfterFailureAsync(DiscoveryResult.FailedUnreachable, stop.Token);

        await stop.CancelAsync();

        await wait;
    }

    private Task Fail(DiscoveryResult failure)
    {
        _waits.BeginLook();
        return _waits.AfterFailureAsync(failure, CancellationToken.None);
    }

    private async Task LastsAsync(Task wait, TimeSpan expected)
    {
        _time.Advance(expected - OneTick);
        Assert.False(wait.IsCompleted);
        _time.Advance(OneTick);
        await wait;
    }

    private void BecomesReady() => _pool.Report(_pool.Snapshot.Backends[0], new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200"));
}
