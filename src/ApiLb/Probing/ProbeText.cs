namespace ApiLb.Probing;

/// <summary>Makes text that a backend chose fit for logs and status pages: bounded, one line, no control characters.</summary>
internal static class ProbeText
{
    private const int MaxLength = 240;

    public static string Clean(string text)
    {
        var length = Math.Min(text.Length, MaxLength);
        return string.Create(length, text, static (target, source) =>
        {
            for (var i = 0; i < target.Length; i++)
            {
                // Surrogates and format characters could reorder or hide what an operator reads in a terminal.
                var isSafe = !char.IsControl(source[i]) && !char.IsSurrogate(source[i])
                    && char.GetUnicodeCategory(source[i]) is not (System.Globalization.UnicodeCategory.Format
                        or System.Globalization.UnicodeCategory.LineSeparator
                        or System.Globalization.UnicodeCategory.ParagraphSeparator);
                target[i] = isSafe ? source[i] : '?';
            }
        });
    }
}
