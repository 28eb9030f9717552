using ApiLb.Backends;
using ApiLb.Configuration;

namespace ApiLb.Tcp;

/// <summary>How long a backend may be silent before the next is tried beside it. Immutable.</summary>
internal readonly struct HedgeDelay(ConnectOptions options)
{
    /// <summary>An answer that takes this many averages is not just a slow one.</summary>
    private const int Averages = 4;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    /// <summary>False: backends are tried one after the other.</summary>
    public bool IsOn => options.HedgeDelay > TimeSpan.Zero;

    /// <param name="backend">Who is silent.</param>
    /// <param name="now">Monotonic time of its pool.</param>
    public TimeSpan For(Backend backend, TimeSpan now)
    {
        if (options.Hedge == HedgeMode.Fixed || backend.FirstByte.Recent(now) is not { } average)
        {
            return options.HedgeDelay;
        }

        // Waiting longer than the connect timeout would not be hedging any more.
        var delay = average * Averages;
        return Min(delay > Shortest ? delay : Shortest, options.Timeout);
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
