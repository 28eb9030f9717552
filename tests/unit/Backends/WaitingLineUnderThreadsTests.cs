using ApiLb.Backends;
using Xunit;

namespace ApiLb.UnitTests.Backends;

/// <summary>Many clients on many threads share a few places: everybody gets one, nobody is forgotten, nobody called in vain.</summary>
public sealed class WaitingLineUnderThreadsTests
{
    private const int Places = 3;
    private const int Threads = 12;
    private const int TurnsEach = 4000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly BackendCounters _counters = new();
    private readonly WaitingLine _line = new(Threads);
    private int _calls;
    private int _waits;

    [Fact]
    public void EverybodyGetsAPlace_AndNobodyIsCalledTwice()
    {
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(Live) { IsBackground = true }).ToArray();
        Array.ForEach(threads, t => t.Start());

        Assert.All(threads, t => Assert.True(t.Join(Deadline), $"{_line.Length} still wait, {_counters.Active} places are taken"));
        Assert.Equal((0, 0L), (_line.Length, _counters.Active));
        Assert.Equal(_waits, _calls);
    }

    private void Live()
    {
        for (var turn = 0; turn < TurnsEach; turn++)
        {
            TakePlace();
            if (_counters.Active > Places)
            {
                return; // The place is never given back: the test sees it.
            }

            _counters.AttemptEnded();
            _line.CallNext();
        }
    }

    private void TakePlace()
    {
        if (_line.Length == 0 && _counters.TryStartAttempt(Places))
        {
            return;
        }

        using SleepingWaiter waiter = new(this);
        while (!_line.TryJoin(waiter))
        {
        }

        do
        {
            if (_line.TryWait(waiter))
            {
                Interlocked.Increment(ref _waits);
                waiter.Sleep();
            }
        }
        while (!_counters.TryStartAttempt(Places));
        _line.Leave(waiter);
    }

    private sealed class SleepingWaiter(WaitingLineUnderThreadsTests test) : WaitingClient, IDisposable
    {
        private readonly SemaphoreSlim _calls = new(0);

        public void Sleep() => Assert.True(_calls.Wait(Deadline), "was never called");

        public void Dispose() => _calls.Dispose();

        protected internal override void Call()
        {
            Interlocked.Increment(ref test._calls);
            _calls.Release();
        }
    }
}
