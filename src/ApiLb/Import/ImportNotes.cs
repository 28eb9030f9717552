using ApiLb.Configuration.Values;

namespace ApiLb.Import;

/// <summary>Collects the notes of one import; a line of a defaults section, which is read for each proxy, is noted once. Not thread-safe.</summary>
internal sealed class ImportNotes
{
    private const int Most = 2000;

    private readonly HashSet<ImportNote> _notes = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<ImportNote> ToList() => [.. _notes.OrderBy(n => n.Line)];

    public void LeftOut(Statement statement, string reason) => Add(statement, ImportOutcome.LeftOut, reason);

    public void Changed(Statement statement, string reason) => Add(statement, ImportOutcome.Changed, reason);

    public void NotNeeded(Statement statement, string reason) => Add(statement, ImportOutcome.NotNeeded, reason);

    public void LeftOut(int line, string text, string reason) => Add(new ImportNote(line, Quoted.Shorten(text), ImportOutcome.LeftOut, reason));

    private void Add(Statement statement, ImportOutcome outcome, string reason) =>
        Add(new ImportNote(statement.Line, statement.Text, outcome, reason));

    private void Add(ImportNote note)
    {
        if (_notes.Count < Most)
        {
            // Reasons quote words of the file, and end on a terminal.
            _notes.Add(note with { Reason = Quoted.Harmless(note.Reason) });
        }
    }
}
