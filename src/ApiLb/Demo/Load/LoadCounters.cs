namespace ApiLb.Demo.Load;

/// <summary>What the demo's clients experienced. Written by them on any thread, read by the views.</summary>
internal sealed class LoadCounters(TimeProvider time)
{
    /// <summary>The slowest request is the slowest of this many last seconds.</summary>
    public const int Window = 10;

    private readonly Lock _lock = new();
    private readonly (long Second, TimeSpan Slowest)[] _seconds = new (long, TimeSpan)[Window];
    private LoadSnapshot _totals = new();
    private int _watches;
    private bool _isFailing;

    public void Answered(TimeSpan duration)
    {
        lock (_lock)
        {
            _isFailing = false;
            ref var second = ref _seconds[Now() % Window];
            second = second.Second == Now() && second.Slowest > duration ? second : (Now(), duration);
            _totals = _totals with
            {
                Answered = _totals.Answered + 1,
                SlowestEver = duration > _totals.SlowestEver ? duration : _totals.SlowestEver,
            };
        }
    }

    public void Cut()
    {
        lock (_lock)
        {
            _totals = _totals with { Cut = _totals.Cut + 1 };
        }
    }

    /// <returns>True for the first failure after an answer.</returns>
    public bool Failed()
    {
        lock (_lock)
        {
            var isFirst = !_isFailing;
            _isFailing = true;
            _totals = _totals with { Failed = _totals.Failed + 1 };
            return isFirst;
        }
    }

    public void WatchOpened()
    {
        lock (_lock)
        {
            _watches++;
        }
    }

    public void WatchEnded()
    {
        lock (_lock)
        {
            _watches--;
            _totals = _totals with { WatchesMoved = _totals.WatchesMoved + 1 };
        }
    }

    public LoadSnapshot Snapshot()
    {
        lock (_lock)
        {
            var oldest = Now() - Window;
            var slowest = TimeSpan.Zero;
            foreach (var second in _seconds)
            {
                slowest = second.Second > oldest && second.Slowest > slowest ? second.Slowest : slowest;
            }

            return _totals with { SlowestLately = slowest, WatchesOpen = _watches };
        }
    }

    private long Now() => time.GetTimestamp() / time.TimestampFrequency;
}
