using ApiLb.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>A reactor without timers sleeps for ever unless it is woken: no wake-up may be lost.</summary>
public sealed class ReactorWakeTests
{
    private const int Threads = 3;
    private const int PostsPerThread = 2_000;
    private const int Rounds = 100;

    [Fact]
    public async Task ThreadsPostWhileItDrainsItsWakeUps_EveryPostRuns()
    {
        var reactor = new Reactor("test", 0, maxPipes: 1, TimeProvider.System, NullLogger.Instance);
        reactor.Start();
        var work = new Counter();
        for (var round = 1; round <= Rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => PostAsFastAsItRuns(reactor, work))));
            await Eventually.SeesAsync(() => work.Runs, runs => runs == round * Threads * PostsPerThread, "all that was posted has run");
        }

        reactor.Stop(); // Not after a failure: it would wait for a thread that nobody can wake.
    }

    private static void PostAsFastAsItRuns(Reactor reactor, Counter work)
    {
        for (var i = 0; i < PostsPerThread; i++)
        {
            reactor.Post(work);
        }
    }

    private sealed class Counter : IReactorWork
    {
        private int _runs;

        public int Runs => Volatile.Read(ref _runs);

        public void Run() => Interlocked.Increment(ref _runs);
    }
}
