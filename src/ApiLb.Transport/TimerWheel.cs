using System.Numerics;

namespace ApiLb.Transport;

/// <summary>
/// The deadlines of one reactor: a hashed wheel (Varghese and Lauck, 1987) of intrusive lists, so that arming and
/// cancelling cost nothing but a few writes. Any thread may arm and cancel; only the reactor expires.
/// </summary>
/// <remarks>A timer fires up to <see cref="TickMilliseconds"/> late and never early.</remarks>
internal sealed class TimerWheel
{
    public const int TickMilliseconds = 8;
    private const int Buckets = 512;
    private const int WordBits = 64;

    /// <summary>
    /// While timers are being armed, which is while connections come and go, the reactor naps instead of sleeping: then
    /// arming from another thread need not wake it, as no deadline worth arming is shorter than a nap.
    /// </summary>
    private const int NapMilliseconds = 40;
    private const int NapsAfterArmingMilliseconds = 1000;

    private readonly Lock _lock = new();
    private readonly WheelTimer?[] _buckets = new WheelTimer?[Buckets];
    private readonly ulong[] _occupied = new ulong[Buckets / WordBits];
    private long _expiredTick;
    private long _sleepUntil = long.MaxValue;
    private long _napUntil;
    private bool _wasArmed;

    /// <summary>Arms or re-arms a timer.</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="deadline">In the milliseconds of the reactor's clock.</param>
    /// <returns>True when the reactor sleeps beyond the deadline and must be woken.</returns>
    public bool Arm(WheelTimer timer, long deadline)
    {
        lock (_lock)
        {
            Unlink(timer);
            timer.Deadline = deadline;
            _wasArmed = true;
            Link(timer, Math.Max(TickOf(deadline), _expiredTick + 1));
            return deadline < _sleepUntil;
        }
    }

    public void Cancel(WheelTimer timer)
    {
        lock (_lock)
        {
            Unlink(timer);
        }
    }

    /// <summary>Says how long the reactor may sleep, and remembers it so that <see cref="Arm"/> knows when to wake it.</summary>
    /// <param name="now">The reactor's clock in milliseconds.</param>
    /// <returns>Milliseconds, or -1 for ever.</returns>
    public int SleepFrom(long now)
    {
        lock (_lock)
        {
            if (_wasArmed)
            {
                _wasArmed = false;
                _napUntil = now + NapsAfterArmingMilliseconds;
            }

            var next = NextOccupiedTick();
            _sleepUntil = next < 0 ? long.MaxValue : next * TickMilliseconds;
            if (now < _napUntil)
            {
                _sleepUntil = Math.Min(_sleepUntil, now + NapMilliseconds);
            }

            return _sleepUntil == long.MaxValue ? -1 : (int)Math.Max(0, _sleepUntil - now);
        }
    }

    /// <summary>Takes every timer that is due off the wheel.</summary>
    public void Expire(long now, List<WheelTimer> due)
    {
        lock (_lock)
        {
            _sleepUntil = 0;
            var until = now / TickMilliseconds;
            if (until - _expiredTick > Buckets)
            {
                _expiredTick = until - Buckets;
            }

            while (_expiredTick < until)
            {
                _expiredTick++;
                ExpireBucket((int)(_expiredTick & (Buckets - 1)), now, due);
            }
        }
    }

    private static long TickOf(long deadline) => (deadline + TickMilliseconds - 1) / TickMilliseconds;

    private void ExpireBucket(int bucket, long now, List<WheelTimer> due)
    {
        for (var timer = _buckets[bucket]; timer is not null;)
        {
            var next = timer.Next;
            if (timer.Deadline <= now)
            {
                Unlink(timer);
                due.Add(timer);
            }

            timer = next;
        }
    }

    private long NextOccupiedTick()
    {
        for (var ahead = 1; ahead <= Buckets;)
        {
            var bucket = (int)((_expiredTick + ahead) & (Buckets - 1));
            var bits = _occupied[bucket / WordBits] >> (bucket % WordBits);
            if (bits != 0)
            {
                return _expiredTick + ahead + BitOperations.TrailingZeroCount(bits);
            }

            ahead += WordBits - (bucket % WordBits);
        }

        return -1;
    }

    private void Link(WheelTimer timer, long tick)
    {
        var bucket = (int)(tick & (Buckets - 1));
        timer.Next = _buckets[bucket];
        timer.Previous = null;
        if (timer.Next is not null)
        {
            timer.Next.Previous = timer;
        }

        timer.Bucket = bucket;
        SetHead(bucket, timer);
    }

    private void SetHead(int bucket, WheelTimer? head)
    {
        _buckets[bucket] = head;
        var bit = 1UL << (bucket % WordBits);
        _occupied[bucket / WordBits] = head is null ? _occupied[bucket / WordBits] & ~bit : _occupied[bucket / WordBits] | bit;
    }

    private void Unlink(WheelTimer timer)
    {
        if (timer.Deadline < 0)
        {
            return;
        }

        if (timer.Next is not null)
        {
            timer.Next.Previous = timer.Previous;
        }

        if (timer.Previous is not null)
        {
            timer.Previous.Next = timer.Next;
        }
        else
        {
            SetHead(timer.Bucket, timer.Next);
        }

        timer.Next = timer.Previous = null;
        timer.Deadline = -1;
    }
}
