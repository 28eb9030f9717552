namespace ApiLb.Admin;

/// <summary><c>POST /v1/reload</c>: what came of it.</summary>
/// <param name="Result"><c>applied</c>, <c>unchanged</c>, <c>failed</c>; <c>preview</c> for a dry run that found nothing wrong.</param>
/// <param name="Message">For people, in one line.</param>
/// <param name="Changes">What differs between the file and what ran.</param>
internal sealed record ReloadStatus(string Result, string Message, IReadOnlyList<ReloadChangeStatus> Changes)
{
    public const string Failed = "failed";
    public const string Preview = "preview";

    /// <summary>Errors and warnings of the file, one line each, as <c>apilb check</c> prints them.</summary>
    public IReadOnlyList<string> Findings { get; init; } = [];
}
