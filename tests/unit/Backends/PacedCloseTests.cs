using ApiLb.Backends;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class PacedCloseTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly FakeTime _time = new();
    private readonly ConnectionTracker _tracker = new();
    private readonly List<CountedConnection> _all = [];
    private readonly List<int> _closedAtRounds = [];

    private int Closed => _all.Count(c => c.Cuts > 0);

    [Theory]
    [InlineData(0)]
    [InlineData(1, 1)]
    [InlineData(64, 64)]
    [InlineData(65, 64, 65)]
    [InlineData(200, 64, 128, 192, 200)]
    public async Task EachBatch_IsFollowedByARound(int connections, params int[] closedAtRounds)
    {
        Open(connections);

        Assert.Equal(connections, await CloseAsync(CancellationToken.None));

        Assert.Equal(closedAtRounds, _closedAtRounds);
        Assert.All(_all, c => Assert.Equal((CloseReason.BackendDead, 1), (c.ClosedFor, c.Cuts)));
    }

    [Fact]
    public async Task UpToTheThreshold_NothingPauses()
    {
        Open(PacedClose.AtOnce);

        // The clock stands still: a pause would last for ever.
        Assert.Equal(PacedClose.AtOnce, await CloseAsync(CancellationToken.None).WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task AboveTheThreshold_EachBatchWaitsForItsPause()
    {
        Open(PacedClose.AtOnce + PacedClose.Batch + 1);
        var closing = CloseAsync(CancellationToken.None);

        await _time.TimersArmedAsync(1);
        Assert.Equal(PacedClose.AtOnce, Closed);
        _time.Advance(Pause);
        await _time.TimersArmedAsync(1);
        Assert.Equal(PacedClose.AtOnce + PacedClose.Batch, Closed);
        _time.Advance(Pause);

        Assert.Equal(_all.Count, await closing.WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ToldToCloseBefore_KeepTheirReasonAndAreNotCounted()
    {
        Open(10);
        _all[3].Close(CloseReason.Rebalance);

        Assert.Equal(9, await CloseAsync(CancellationToken.None));

        Assert.Equal((CloseReason.Rebalance, 1), (_all[3].ClosedFor, _all[3].Cuts));
    }

    [Fact]
    public async Task StoppedDuringAPause_LeavesTheRestOpen()
    {
        Open(PacedClose.AtOnce + PacedClose.Batch);
        using CancellationTokenSource stop = new();
        var closing = CloseAsync(stop.Token);
        await _time.TimersArmedAsync(1);

        await stop.CancelAsync();

        Assert.Equal(PacedClose.AtOnce, await closing.WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(PacedClose.AtOnce, Closed);
    }

    [Fact]
    public async Task StoppedBefore_ClosesNothing()
    {
        Open(10);

        Assert.Equal(0, await CloseAsync(new CancellationToken(canceled: true)));
        Assert.Equal(0, Closed);
    }

    [Fact]
    public async Task ConnectionsThatComeMeanwhile_StayOpen()
    {
        Open(70);
        CountedConnection late = new();
        PacedClose close = new(() => AddAsync(late), _time);

        Assert.Equal(70, await close.CloseAsync(_tracker, CloseReason.BackendDead, CancellationToken.None));
        Assert.Equal(0, late.Cuts);
    }

    [Theory]
    [InlineData(1, 1, 1000)]
    [InlineData(25, 2, 80)]
    [InlineData(10_000, 64, 6.4)]
    public async Task AskedForPace_IsKeptEvenly(int perSecond, int first, double pauseMilliseconds)
    {
        Open(first * 3);
        var closing = new PacedClose(NoteRoundAsync, _time).CloseAsync(_tracker, CloseReason.Killed, perSecond, CancellationToken.None);

        await _time.TimersArmedAsync(1);
        Assert.Equal(first, Closed);
        _time.Advance(TimeSpan.FromMilliseconds(pauseMilliseconds));
        await _time.TimersArmedAsync(1);
        Assert.Equal(2 * first, Closed);
        _time.Advance(TimeSpan.FromMilliseconds(pauseMilliseconds));

        Assert.Equal(_all.Count, await closing.WaitAsync(Deadline, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    private Task<int> CloseAsync(CancellationToken stop) => new PacedClose(NoteRoundAsync, _time).CloseAsync(_tracker, CloseReason.BackendDead, stop);

    private Task NoteRoundAsync()
    {
        _closedAtRounds.Add(Closed);
        return Task.CompletedTask;
    }

    private Task AddAsync(CountedConnection connection)
    {
        if (!_tracker.ToArray().Contains(connection))
        {
            _tracker.Add(connection);
        }

        return Task.CompletedTask;
    }

    private void Open(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _all.Add(new CountedConnection());
            _tracker.Add(_all[^1]);
        }
    }
}
