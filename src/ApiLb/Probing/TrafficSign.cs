namespace ApiLb.Probing;

/// <summary>Notices that a backend sends: then its host is there. It costs two sums for a backend. Not thread-safe.</summary>
internal sealed class TrafficSign
{
    private long _received;
    private TimeSpan _lookedAt;

    /// <summary>Takes a look at the backend's traffic, every 100 ms or so.</summary>
    /// <param name="received">Bytes received from it so far.</param>
    /// <param name="now">Monotonic time.</param>
    /// <returns>When something came, at the earliest: the time of the last look. Null when nothing has come since.</returns>
    public TimeSpan? HasComeSince(long received, TimeSpan now)
    {
        var (before, lookedAt) = (_received, _lookedAt);
        (_received, _lookedAt) = (received, now);
        return received == before ? null : lookedAt;
    }
}
