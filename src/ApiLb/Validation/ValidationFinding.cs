namespace ApiLb.Validation;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Step">Where it was found, as in the report.</param>
/// <param name="Severity"><see cref="Error"/> or <see cref="Warning"/>.</param>
/// <param name="Text">What, and what to do; for people.</param>
internal sealed record ValidationFinding(string Step, string Severity, string Text)
{
    public const string Error = "error";
    public const string Warning = "warning";
}
