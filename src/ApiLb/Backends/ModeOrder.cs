using ApiLb.Health;

namespace ApiLb.Backends;

/// <summary>What the operator said last about whether a backend may serve. Immutable.</summary>
/// <param name="Mode">What is wanted.</param>
/// <param name="Terms">Whose word it is; null when that is not known.</param>
internal sealed record ModeOrder(OperatorMode Mode, OrderTerms? Terms = null)
{
    public static ModeOrder None { get; } = new(OperatorMode.Ready);

    /// <summary>The word of somebody whose name is not known.</summary>
    public static implicit operator ModeOrder(OperatorMode mode) => new(mode);

    /// <summary>How long established connections may go on; zero: not at all; null: as long as the pool says.</summary>
    public TimeSpan? Grace { get; init; }

    /// <summary>How many of them are closed in a second, at least 1; null: as many as do not disturb others.</summary>
    public int? Pace { get; init; }
}
