namespace ApiLb.Backends;

/// <summary>That a host was heard, with no gap worth mentioning between <paramref name="Since"/> and <paramref name="Last"/>. Immutable.</summary>
internal sealed record Hearing(TimeSpan Since, TimeSpan Last)
{
    /// <summary>Traffic is looked at every 100 ms; a busy machine may come late once or twice.</summary>
    public static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(500);

    /// <summary>It was heard once more.</summary>
    public Hearing And(TimeSpan at) => at <= Last ? this : new Hearing(at - Last <= Gap ? Since : at, at);
}
