using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// When a pool's backends are checked next: seldom while everything is settled, often while something is changing. Shared by the
/// pool's loops, which only ever set its one flag.
/// </summary>
/// <param name="options">The pool's.</param>
/// <param name="random">Uniform, 0 to 1; null: chance.</param>
internal sealed class ProbeSchedule(HealthOptions options, Func<double>? random = null)
{
    /// <summary>A backend that died a minute ago was not just restarted.</summary>
    private static readonly TimeSpan HopeForTheDead = TimeSpan.FromMinutes(1);

    private const double JitterShare = 0.1;

    private readonly Func<double> _random = random ?? Random.Shared.NextDouble;
    private volatile bool _wasAnyReady;

    /// <summary>How long after the start of the last check of a backend the next one starts, before jitter.</summary>
    /// <param name="health">Its state after that check.</param>
    /// <param name="last">That check's result; null when there was none.</param>
    /// <param name="now">The pool's clock.</param>
    public TimeSpan IntervalAfter(HealthSnapshot health, ProbeResult? last, TimeSpan now)
    {
        if (health.Status is HealthStatus.Ready or HealthStatus.Warming)
        {
            _wasAnyReady = true;
        }

        return _wasAnyReady && IsSettled(health, last, now) ? options.Interval : options.FastInterval;
    }

    /// <summary>The same, spread.</summary>
    public TimeSpan NextAfter(HealthSnapshot health, ProbeResult? last, TimeSpan now) => Jitter(IntervalAfter(health, last, now), _random());

    /// <summary>Spreads the checks of many backends and balancers. Never longer than what was chosen: how soon a death is known is reckoned from that.</summary>
    /// <param name="interval">The interval that was chosen.</param>
    /// <param name="random">Uniform, 0 to 1.</param>
    public static TimeSpan Jitter(TimeSpan interval, double random) => interval * (1 - JitterShare + (JitterShare * random));

    private static bool IsSettled(HealthSnapshot health, ProbeResult? last, TimeSpan now) => health.Status switch
    {
        HealthStatus.Ready => last is { HasPassed: true },
        HealthStatus.Dead => last is { HasPassed: false } && now - health.Since >= HopeForTheDead,
        _ => false,
    };
}
