namespace ApiLb.Admin.Page;

/// <summary>One thing that an operator should know first.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Section">The id of the section that tells more.</param>
/// <param name="Subject">Whom it is about; empty: its text says so.</param>
/// <param name="Text">What, and since when or what to do; without figures that change every second.</param>
internal sealed record Problem(ProblemSeverity Severity, string Section, string Subject, string Text);
