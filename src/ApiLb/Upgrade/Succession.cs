namespace ApiLb.Upgrade;

/// <summary>Another daemon has taken over. Immutable.</summary>
/// <param name="Channel">To it; owned by who gets this.</param>
/// <param name="Pid">Its process.</param>
/// <param name="Deadline">How long connections may still be served here.</param>
internal sealed record Succession(HandoverChannel Channel, int Pid, TimeSpan Deadline);
