namespace ApiLb.Doctor;

/// <summary>What one check of the doctor found. Immutable; scripts read it as JSON.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Check">Which check, in one word that does not change: <c>port</c>, <c>certificate</c>, ...</param>
/// <param name="Text">Where and what, and what it means.</param>
/// <param name="Remedy">What to do; null: nothing, or the text says it.</param>
internal sealed record Finding(Severity Severity, string Check, string Text, string? Remedy = null)
{
    public static Finding Ok(string check, string text) => new(Severity.Ok, check, text);

    public static Finding Note(string check, string text, string? remedy = null) => new(Severity.Note, check, text, remedy);

    public static Finding Warning(string check, string text, string? remedy = null) => new(Severity.Warning, check, text, remedy);

    public static Finding Error(string check, string text, string? remedy = null) => new(Severity.Error, check, text, remedy);
}
