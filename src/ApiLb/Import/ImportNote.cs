namespace ApiLb.Import;

/// <summary>Something that the operator should know about one line of the file that is imported.</summary>
/// <param name="Line">Counts from 1; 0: the file as a whole.</param>
/// <param name="Text">The line, or the part of it that is meant, harmless to print.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why, and what to do instead.</param>
internal sealed record ImportNote(int Line, string Text, ImportOutcome Outcome, string Reason)
{
    public override string ToString() => Line > 0 ? $"line {Line}: {Text}: {Reason}" : Reason;
}
