using ApiLb.Configuration.Values;

namespace ApiLb.Import;

/// <summary>One directive of the file that is imported, as words. Immutable.</summary>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Words">At least one; quotes and escapes are resolved.</param>
internal sealed record Statement(int Line, IReadOnlyList<string> Words)
{
    public string Keyword => Words[0];

    /// <summary>All words, short and harmless to print.</summary>
    public string Text => Quoted.Shorten(string.Join(' ', Words));

    /// <summary>The word at this place, or empty when there are fewer.</summary>
    public string At(int index) => index < Words.Count ? Words[index] : "";
}
