using System.Runtime.InteropServices;
using ApiLb.Configuration;
using ApiLb.Transport;

namespace ApiLb.Http;

/// <summary>
/// A token bucket for each client address of one route, exact to the nanosecond and without a timer: a bucket is one number, the
/// time at which it will be full again (GCRA, ITU-T I.371). A full bucket is not kept, so that memory is bounded by those who sent
/// something lately, and by <see cref="MostSources"/>. Thread-safe.
/// </summary>
internal sealed class RequestRate(RateLimitOptions options, TimeProvider time)
{
    /// <summary>Beyond so many addresses, those are forgotten whose buckets are full; if none is, a stranger has to wait.</summary>
    public const int MostSources = 65_536;

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(ulong High, ulong Low), long> _fullAt = [];
    private readonly long _perToken = Math.Max(1, (long)(options.Per.TotalNanoseconds / options.Requests));
    private readonly long _startedAt = time.GetTimestamp();
    private long _sweepAt;

    public RateLimitOptions Options => options;

    private long Capacity => _perToken * (options.Burst ?? options.Requests);

    /// <returns>Zero when the request may go on; else how long its client should wait.</returns>
    public TimeSpan TryTake(in ClientAddress client)
    {
        var now = (long)time.GetElapsedTime(_startedAt).TotalNanoseconds;
        var source = (client.High, client.Low);
        lock (_lock)
        {
            if (_fullAt.Count >= MostSources && !_fullAt.ContainsKey(source) && !Sweep(now))
            {
                return SweepInterval;
            }

            ref var fullAt = ref CollectionsMarshal.GetValueRefOrAddDefault(_fullAt, source, out _);
            var next = Math.Max(fullAt, now) + _perToken;
            if (next - now > Capacity)
            {
                return TimeSpan.FromMicroseconds(((next - now - Capacity) / 1000.0) + 1);
            }

            fullAt = next;
            return TimeSpan.Zero;
        }
    }

    /// <summary>Costly, so not for every stranger of a flood.</summary>
    /// <returns>False when nobody could be forgotten.</returns>
    private bool Sweep(long now)
    {
        if (now < _sweepAt)
        {
            return false;
        }

        _sweepAt = now + (long)SweepInterval.TotalNanoseconds;
        foreach (var (source, fullAt) in _fullAt)
        {
            if (fullAt <= now)
            {
                _fullAt.Remove(source);
            }
        }

        return _fullAt.Count < MostSources;
    }
}
