namespace ApiLb.Transport;

/// <summary>How long connections may be silent. One object for all relays of a pool. Immutable.</summary>
/// <param name="HalfClosed">After one side has finished; zero: for ever.</param>
/// <param name="Idle">While both sides are open; zero: for ever.</param>
internal sealed record RelayTimeouts(TimeSpan HalfClosed, TimeSpan Idle)
{
    /// <summary>For ever.</summary>
    public static RelayTimeouts None { get; } = new(TimeSpan.Zero, TimeSpan.Zero);
}
