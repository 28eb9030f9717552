using ApiLb.Configuration.Values;
using ApiLb.Import;

namespace ApiLb.Cli.Output;

/// <summary>What <c>apilb import</c> made, and of what. Fields are only ever added: scripts read this.</summary>
/// <param name="File">What was read.</param>
/// <param name="WrittenTo">Where the configuration is; null: nowhere.</param>
/// <param name="Configuration">What was made, when it was not written to a file; null: nothing was.</param>
/// <param name="NeedsCa">It names a CA file that the file that was read did not.</param>
/// <param name="Notes">About lines that were not simply carried over, in their order.</param>
internal sealed record ImportReport(string File, string? WrittenTo, string? Configuration, bool NeedsCa, IReadOnlyList<ImportReport.Note> Notes)
{
    public static ImportReport Of(string file, string? writtenTo, ImportResult result) => new(
        file,
        writtenTo,
        writtenTo is null ? result.Yaml : null,
        result.NeedsCa,
        [.. result.Notes.Select(n => new Note(n.Line, Choice.WordOf(n.Outcome), n.Text, n.Reason))]);

    /// <summary>What became of one line.</summary>
    /// <param name="Line">From 1; 0: the file as a whole.</param>
    /// <param name="Outcome"><c>left-out</c>, <c>changed</c> or <c>not-needed</c>.</param>
    /// <param name="Text">The line, or the part of it that is meant.</param>
    /// <param name="Reason">Why, and what to do instead.</param>
    internal sealed record Note(int Line, string Outcome, string Text, string Reason);
}
