using ApiLb.Transport;

namespace ApiLb.Backends;

/// <summary>
/// What happened at one backend since the daemon started. Written by connections on any thread with interlocked adds,
/// read at scrape time.
/// </summary>
internal sealed class BackendCounters
{
    private readonly long[] _closes = new long[Enum.GetValues<CloseReason>().Length];
    private long _active;
    private long _connections;
    private long _connectFailures;
    private long _failoversAtConnect;
    private long _failoversAtFirstByte;
    private long _probesPassed;
    private long _probesFailed;

    /// <summary>Connections now open, the one being dialled included.</summary>
    public long Active => Volatile.Read(ref _active);

    /// <summary>Connections that this backend served.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>Attempts that were refused, reset or left without an answer.</summary>
    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    /// <summary>Clients that another backend served because this one failed them, without their notice.</summary>
    public long Failovers => FailoversAt(FailoverStage.Connect) + FailoversAt(FailoverStage.FirstByte);

    /// <summary>Where relays count bytes while they flow.</summary>
    public RelayTotals Relayed { get; } = new();

    public long BytesToBackend => Relayed.BytesToBackend;

    public long BytesToClient => Relayed.BytesToClient;

    public long ProbesPassed => Volatile.Read(ref _probesPassed);

    public long ProbesFailed => Volatile.Read(ref _probesFailed);

    /// <summary>Those of <see cref="Failovers"/> that had come so far.</summary>
    public long FailoversAt(FailoverStage stage) => Volatile.Read(ref CounterOf(stage));

    /// <summary>Connections that this backend served and that ended for this reason.</summary>
    public long Closes(CloseReason reason) => Volatile.Read(ref _closes[(int)reason]);

    /// <summary>Counts an attempt in, unless there are as many connections as there may be: never more, whoever else enters.</summary>
    public bool TryStartAttempt(int limit)
    {
        // Not "add, then take back": while one is taking back, another would find no room where there is some.
        for (var active = Active; active < limit;)
        {
            var seen = Interlocked.CompareExchange(ref _active, active + 1, active);
            if (seen == active)
            {
                return true;
            }

            active = seen;
        }

        return false;
    }

    public void AttemptEnded() => Interlocked.Decrement(ref _active);

    public void ConnectionServed() => Interlocked.Increment(ref _connections);

    public void Closed(CloseReason reason) => Interlocked.Increment(ref _closes[(int)reason]);

    public void ConnectFailed() => Interlocked.Increment(ref _connectFailures);

    public void FailedOver(FailoverStage stage) => Interlocked.Increment(ref CounterOf(stage));

    public void Probed(bool passed) => Interlocked.Increment(ref passed ? ref _probesPassed : ref _probesFailed);

    private ref long CounterOf(FailoverStage stage) => ref stage == FailoverStage.Connect ? ref _failoversAtConnect : ref _failoversAtFirstByte;
}
