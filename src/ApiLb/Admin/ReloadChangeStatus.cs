namespace ApiLb.Admin;

/// <summary>One change in <see cref="ReloadStatus"/>.</summary>
/// <param name="Change">The setting, before and after; for people.</param>
/// <param name="NeedsRestart">It takes effect when the daemon is started again, and not before.</param>
/// <param name="Connections">Established connections that are touched.</param>
/// <param name="Effect">What becomes of them; null: nothing is touched.</param>
internal sealed record ReloadChangeStatus(string Change, bool NeedsRestart, long Connections, string? Effect);
