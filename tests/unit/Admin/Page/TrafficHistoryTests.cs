using ApiLb.Admin.Page;
using ApiLb.Backends;
using ApiLb.Telemetry;
using ApiLb.UnitTests.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Admin.Page;

public sealed class TrafficHistoryTests
{
    private readonly FakeTime _time = new();
    private readonly BackendPool _pool;
    private readonly ListenerCounters _listener = new("l");
    private readonly TrafficHistory _history;

    public TrafficHistoryTests()
    {
        _pool = Observed.Pool(_time, "cp1", "cp2");
        _history = new TrafficHistory([_pool], () => [_listener], _time);
    }

    private BackendHistory First => _history.Of(_pool.Name, "cp1")!;

    [Fact]
    public void NeverLooked_IsEmpty()
    {
        Assert.Null(_history.Of(_pool.Name, "cp1"));
        Assert.Empty(_history.Of("l"));
    }

    [Fact]
    public async Task EveryFiveSeconds_IsOnePoint()
    {
        using CancellationTokenSource stop = new();
        var running = _history.RunAsync(stop.Token);
        _listener.ConnectionAccepted();
        _ = _pool.Snapshot.Backends[0].TryEnter();

        _time.Advance(TrafficHistory.Interval);

        await stop.CancelAsync();
        await running;
        Assert.Equal([0d, 1d], _history.Of("l").Take(2).Cast<double>());
        Assert.Equal([0d, 1d], First.Open.Take(2).Cast<double>());
    }

    [Fact]
    public void OldPoints_AreForgotten()
    {
        for (var i = 0; i < TrafficHistory.Points + 30; i++)
        {
            _history.Look();
        }

        Assert.Equal(TrafficHistory.Points, First.Open.Count);
        Assert.Equal(TrafficHistory.Points, _history.Of("l").Count);
    }

    [Fact]
    public void NobodyCame_LeavesAGapInTheLatency()
    {
        var backend = _pool.Snapshot.Backends[0];
        _history.Look();
        backend.Counters.ConnectionServed();
        backend.FirstByteSample.Record(TimeSpan.FromMilliseconds(250));
        _history.Look();
        _history.Look();

        Assert.Equal([null, 0.25, null], First.FirstByte);
    }

    [Fact]
    public void WhoHasLeft_IsForgotten()
    {
        _history.Look();

        _pool.SetMembers([_pool.Snapshot.Backends[1].Options]);
        _history.Look();

        Assert.Null(_history.Of(_pool.Name, "cp1"));
        Assert.NotNull(_history.Of(_pool.Name, "cp2"));
    }
}
