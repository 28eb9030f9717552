using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Http;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ApiLb.UnitTests.Http;

/// <summary>Attempts that come one after the other, and so have the same clock.</summary>
public sealed class BackendAttemptTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTime _time = new();
    private readonly AttemptClocks _clocks;
    private readonly Backend _backend = new(
        "pool", new BackendOptions { Name = "b1", Address = new BackendAddress("127.0.0.1", 1) }, new HealthPolicy(1, 1, TimeSpan.Zero, TimeSpan.Zero));

    public BackendAttemptTests() => _clocks = new AttemptClocks(_time);

    [Fact]
    public void SilentBackend_IsGivenUpAfterTheTimeoutAndNotBefore()
    {
        using var attempt = Begin(60 * Second);

        _time.Advance((60 * Second) - Moment);
        Assert.False(attempt.Abandoned.IsCancellationRequested);

        _time.Advance(2 * Moment);
        Assert.True(attempt.IsLate && attempt.Abandoned.IsCancellationRequested);
    }

    [Fact]
    public void NextAttempt_HasItsWholeTimeoutAlthoughTheClockFiresBefore()
    {
        Begin(60 * Second).Dispose();
        _time.Advance(50 * Second);
        using var attempt = Begin(60 * Second);

        _time.Advance((60 * Second) - Moment);
        Assert.False(attempt.IsLate || attempt.Abandoned.IsCancellationRequested);

        _time.Advance(2 * Moment);
        Assert.True(attempt.IsLate && attempt.Abandoned.IsCancellationRequested);
    }

    [Fact]
    public void NextAttemptWithLessTime_IsGivenUpInTime()
    {
        Begin(60 * Second).Dispose();
        using var attempt = Begin(Second);

        _time.Advance(Second + Moment);

        Assert.True(attempt.IsLate);
    }

    [Fact]
    public void NextAttemptAfterAnIdleClockFired_IsGivenUpInTime()
    {
        Begin(Second).Dispose();
        _time.Advance(10 * Second);
        using var attempt = Begin(Second);

        _time.Advance(Second + Moment);

        Assert.True(attempt.IsLate);
    }

    [Fact]
    public void AnswerThatHasBegun_MayLastAnyTimeWhileBytesMove()
    {
        var request = NewRequest(new RouteOptions { Pool = "pool", Timeout = Second, IdleTimeout = 5 * Second });
        using var attempt = new BackendAttempt(request, _backend, _clocks, CancellationToken.None);
        attempt.Answered(_time.GetTimestamp());

        for (var i = 0; i < 10; i++)
        {
            _time.Advance(4 * Second);
            request.Sent(1);
        }

        Assert.False(attempt.IsLate || attempt.IsIdle);
        _time.Advance((5 * Second) + Moment);
        Assert.True(attempt.IsIdle);
        Assert.False(attempt.IsLate);
    }

    [Fact]
    public void AbandonedAttempt_LeavesNothingToTheNext()
    {
        using CancellationTokenSource client = new();
        using (var first = Begin(Second, client.Token))
        {
            client.Cancel();
            Assert.True(first.Abandoned.IsCancellationRequested);
        }

        using var second = Begin(Second);

        Assert.False(second.Abandoned.IsCancellationRequested);
    }

    [Fact]
    public void ClientOrCloseThatComesTooLate_DoesNotHitTheNextAttempt()
    {
        using CancellationTokenSource client = new();
        var first = Begin(Second, client.Token);
        first.Dispose();
        using var second = Begin(Second);

        client.Cancel();
        first.Close(CloseReason.Drain);

        Assert.False(second.Abandoned.IsCancellationRequested);
        Assert.Null(second.ClosedFor);
    }

    [Fact]
    public void AttemptsAtOnce_HaveClocksOfTheirOwn()
    {
        using var slow = Begin(60 * Second);
        using var quick = Begin(Second);

        _time.Advance(Second + Moment);

        Assert.True(quick.IsLate);
        Assert.False(slow.IsLate || slow.Abandoned.IsCancellationRequested);
    }

    private BackendAttempt Begin(TimeSpan timeout, CancellationToken client = default) =>
        new(NewRequest(new RouteOptions { Pool = "pool", Timeout = timeout }), _backend, _clocks, client);

    private ProxiedRequest NewRequest(RouteOptions route) => new(new DefaultHttpContext(), new Visitor(null!, default, IsTls: false, IsTrustedProxy: false), _time)
    {
        Route = new HttpRoute(route, null!, new RouteCounters("web", "default", "pool"), rate: null),
    };
}
