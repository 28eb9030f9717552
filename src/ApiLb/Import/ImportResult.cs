namespace ApiLb.Import;

/// <summary>What an import made.</summary>
/// <param name="Yaml">A configuration of ApiLb; null when nothing in the file could be carried over.</param>
/// <param name="Notes">What the operator should know, in the order of the file that was read.</param>
/// <param name="NeedsCa">The configuration names a CA file that the imported file did not.</param>
internal sealed record ImportResult(string? Yaml, IReadOnlyList<ImportNote> Notes, bool NeedsCa)
{
    public IEnumerable<ImportNote> LeftOut => Notes.Where(n => n.Outcome == ImportOutcome.LeftOut);
}
