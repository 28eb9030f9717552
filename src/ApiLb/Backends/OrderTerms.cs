namespace ApiLb.Backends;

/// <summary>Who gave an order, when, and how long it holds. Immutable.</summary>
/// <param name="By">For people: <c>uid 0</c>. Without control characters.</param>
/// <param name="At">By the wall clock: it has to mean the same after a restart.</param>
/// <param name="Until">Null: until somebody says something else.</param>
internal sealed record OrderTerms(string By, DateTimeOffset At, DateTimeOffset? Until = null)
{
    public bool IsOver(DateTimeOffset now) => Until <= now;
}
