namespace ApiLb.Probing;

/// <summary>
/// Asks the kernel, while a check waits for its answer, whether the other host acknowledges: what was sent, or, where all of that was
/// acknowledged, the keepalive that follows a second later. A host that does not is gone; one that does has a process that is slow.
/// Stalls of ApiLb do not mislead it: the kernel goes on without us.
/// </summary>
internal sealed class AckWatch : IDisposable
{
    /// <summary>Long enough for the request to have been sent three times (after 200 and 400 ms more), on any link within a site.</summary>
    public static readonly TimeSpan ShortestSilence = TimeSpan.FromMilliseconds(500);

    /// <summary>The kernel asks by itself after so much silence of the other one, and again as often. It counts in whole seconds.</summary>
    public static readonly TimeSpan Keepalive = TimeSpan.FromSeconds(1);

    /// <summary>An acknowledgement is delayed for no longer (TCP_DELACK_MAX): without one until then it is time to ask others.</summary>
    private static readonly TimeSpan ShortestDoubt = TimeSpan.FromMilliseconds(200);

    /// <summary>A little later: a clock that rounds must not cost a whole look.</summary>
    private static readonly TimeSpan FirstLook = ShortestDoubt + TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private const int RoundTrips = 4;

    /// <summary>In doubt, others are asked with every third look, so that whoever is there is heard without a gap.</summary>
    private const int LooksForOneQuestion = 3;

    private readonly CancellationTokenSource _source;
    private readonly Func<TcpVitals?> _read;
    private readonly Func<TimeSpan> _sinceSent;
    private readonly Action? _unheard;
    private readonly ITimer _timer;
    private bool _wasSilent;
    private int _looksInDoubt;

    /// <summary>Watches from when something was sent.</summary>
    /// <param name="read">Looks at the connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="unheard">Called while the host is in doubt, on a timer's thread: does not block or throw.</param>
    /// <param name="deadline">Of the check.</param>
    public AckWatch(Func<TcpVitals?> read, TimeProvider time, Action? unheard, CancellationToken deadline)
        : this(read, time, unheard, SinceNow(time), deadline)
    {
    }

    private AckWatch(Func<TcpVitals?> read, TimeProvider time, Action? unheard, Func<TimeSpan> sinceSent, CancellationToken deadline)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        _read = read;
        _unheard = unheard;
        _sinceSent = sinceSent;
        _timer = time.CreateTimer(static self => ((AckWatch)self!).Look(), this, FirstLook, Period);
    }

    /// <summary>Cancelled at the deadline, or as soon as the host is silent.</summary>
    public CancellationToken Token => _source.Token;

    public bool IsHostSilent { get; private set; }

    /// <summary>Watches a connection on which nobody sends any more but the kernel. One that has ended tells nothing.</summary>
    public static AckWatch OfBroken(Func<TcpVitals?> read, TimeProvider time, Action? unheard, CancellationToken deadline) =>
        new(() => read() is { IsEstablished: true } vitals ? vitals : null, time, unheard, static () => TimeSpan.MaxValue, deadline);

    /// <summary>Whether these vitals, so long after something was sent, are those of a host that is gone.</summary>
    public static bool IsSilence(TcpVitals vitals, TimeSpan sinceSent) => IsUnheard(vitals, sinceSent, ShortestSilence);

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private static bool IsUnheard(TcpVitals vitals, TimeSpan sinceSent, TimeSpan shortest)
    {
        var limit = vitals.RoundTrip * RoundTrips;
        limit = limit > shortest ? limit : shortest;
        return sinceSent >= limit
            && ((vitals.Unacknowledged > 0 && vitals.SinceLastAck >= limit) || (vitals.Probes > 0 && vitals.SinceLastAck >= Keepalive + limit));
    }

    private static Func<TimeSpan> SinceNow(TimeProvider time)
    {
        var started = time.GetTimestamp();
        return () => time.GetElapsedTime(started);
    }

    private void Look()
    {
        var vitals = _read();
        var sinceSent = _sinceSent();
        if (vitals is { } doubtful && IsUnheard(doubtful, sinceSent, ShortestDoubt) && _looksInDoubt++ % LooksForOneQuestion == 0)
        {
            _unheard?.Invoke();
        }

        // Twice in a row: after a pause of the whole machine the first look may come before the kernel has read its queues.
        var isSilent = vitals is { } seen && IsSilence(seen, sinceSent);
        var wasSilent = _wasSilent;
        _wasSilent = isSilent;
        if (isSilent && wasSilent && !IsHostSilent)
        {
            IsHostSilent = true;
            _ = CancelAsync();
        }
    }

    private async Task CancelAsync()
    {
        try
        {
            await _source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The answer came at this very moment.
        }
    }
}
