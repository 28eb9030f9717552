namespace ApiLb.Discovery;

/// <summary>Longer and longer waits, 1 to 30 s, each a random half of itself long so that many balancers do not ask at once.</summary>
/// <param name="random">Uniform, 0 to 1.</param>
internal sealed class Backoff(Func<double> random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private TimeSpan _next = First;

    /// <summary>How long to wait after one more failure.</summary>
    public TimeSpan Next()
    {
        var wait = _next * (0.5 + (0.5 * random()));
        _next = _next * 2 < Longest ? _next * 2 : Longest;
        return wait;
    }

    public void Reset() => _next = First;
}
