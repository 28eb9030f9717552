namespace ApiLb.Configuration;

/// <summary>Limits on established connections.</summary>
internal sealed record TimeoutOptions
{
    /// <summary>How long a connection of which one side has finished may stay silent. Default 60 s.</summary>
    public TimeSpan HalfClosed { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long neither side may send anything; zero, the default: for ever. Watches are silent for hours.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// How long the connections of a backend that is draining may live; zero: until they end. Default 70 s: what a
    /// kube-apiserver gives its own requests (--shutdown-delay-duration aside, 60 s), and a little.
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(70);
}
