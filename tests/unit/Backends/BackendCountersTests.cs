using ApiLb.Backends;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class BackendCountersTests
{
    private const int Limit = 3;
    private const int Threads = 8;

    private readonly BackendCounters _counters = new();

    [Fact]
    public void TryStartAttempt_StopsAtTheLimitAndGoesOnBelow()
    {
        Assert.All(Enumerable.Range(0, Limit), _ => Assert.True(_counters.TryStartAttempt(Limit)));
        Assert.False(_counters.TryStartAttempt(Limit));
        _counters.AttemptEnded();

        Assert.True(_counters.TryStartAttempt(Limit));
        Assert.Equal(Limit, _counters.Active);
    }

    [Fact]
    public void ManyThreads_AreNeverMoreThanTheLimit()
    {
        long inside = 0;
        long most = 0;
        Run(Threads, _ =>
        {
            if (_counters.TryStartAttempt(Limit))
            {
                Raise(ref most, Math.Max(Interlocked.Increment(ref inside), _counters.Active));
                Interlocked.Decrement(ref inside);
                _counters.AttemptEnded();
            }
            else
            {
                Raise(ref most, _counters.Active);
            }
        });

        Assert.InRange(most, 1, Limit);
        Assert.Equal(0, _counters.Active);
    }

    [Fact]
    public void WhoeverIsTurnedAway_TakesNobodysPlaceEvenForAMoment()
    {
        const int Half = Threads / 2;
        var turnedAway = 0;
        Assert.True(_counters.TryStartAttempt(Half + 1));
        Run(Threads, thread =>
        {
            // Half of them never find room; there is always some for the others.
            if (thread < Half)
            {
                Assert.False(_counters.TryStartAttempt(limit: 1));
            }
            else if (_counters.TryStartAttempt(Half + 1))
            {
                _counters.AttemptEnded();
            }
            else
            {
                Interlocked.Increment(ref turnedAway);
            }
        });

        Assert.Equal((0, 1L), (turnedAway, _counters.Active));
    }

    private static void Run(int threads, Action<int> action)
    {
        using Barrier together = new(threads);
        var all = Enumerable.Range(0, threads).Select(i => new Thread(() => Repeat(() => action(i), together))).ToArray();
        Array.ForEach(all, t => t.Start());
        Array.ForEach(all, t => t.Join());
    }

    private static void Repeat(Action action, Barrier together)
    {
        together.SignalAndWait();
        for (var i = 0; i < 200_000; i++)
        {
            action();
        }
    }

    private static void Raise(ref long most, long value)
    {
        for (var seen = Volatile.Read(ref most); value > seen; seen = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
