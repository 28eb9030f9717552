namespace ApiLb.Backends;

/// <summary>Something an operator should look at before it breaks something.</summary>
/// <param name="Kind">What; with the backend and the urgency it is the warning's identity.</param>
/// <param name="Backend">Null: the whole pool.</param>
/// <param name="IsUrgent">Within days rather than weeks.</param>
/// <param name="Text">For people: what, where and what to do.</param>
internal sealed record PoolWarning(PoolWarningKind Kind, string? Backend, bool IsUrgent, string Text);
