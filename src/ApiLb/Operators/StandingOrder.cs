using ApiLb.Backends;

namespace ApiLb.Operators;

/// <summary>What an operator wants of one backend until it is taken back or its time is over. Immutable.</summary>
/// <param name="Pool">Of the backend.</param>
/// <param name="Backend">Its name: the word holds also for a backend that leaves and comes back.</param>
internal sealed record StandingOrder(string Pool, string Backend)
{
    /// <summary>Null: health alone decides.</summary>
    public ModeOrder? Mode { get; init; }

    /// <summary>Null: the configured weight.</summary>
    public WeightOrder? Weight { get; init; }

    public bool IsEmpty => Mode is null && Weight is null;
}
