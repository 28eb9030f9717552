namespace ApiLb.Admin;

/// <summary>One event as the admin API tells it.</summary>
/// <param name="Id">Grows with every event: ask for those after the last one seen.</param>
/// <param name="At">By the wall clock.</param>
/// <param name="Pool">Where.</param>
/// <param name="Backend">To whom; null when to the pool.</param>
/// <param name="Kind"><c>state</c>, <c>operator</c>, <c>member</c>, <c>closed</c>, <c>alarm</c> or <c>discovery</c>.</param>
/// <param name="Text">What, and why.</param>
internal sealed record EventStatus(long Id, DateTimeOffset At, string Pool, string? Backend, string Kind, string Text);
