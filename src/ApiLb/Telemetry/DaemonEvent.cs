namespace ApiLb.Telemetry;

/// <summary>Something that happened to a pool or a backend and that an operator may ask for later. Immutable.</summary>
/// <param name="Id">Grows with every event, over restarts too.</param>
/// <param name="At">By the wall clock.</param>
/// <param name="Pool">Where.</param>
/// <param name="Backend">To whom; null when to the pool.</param>
/// <param name="Kind">What kind of thing, from a bounded set.</param>
/// <param name="Text">What, and who or what caused it; for people.</param>
internal sealed record DaemonEvent(long Id, DateTimeOffset At, string Pool, string? Backend, EventKind Kind, string Text);
