using System.Text;

namespace ApiLb.Configuration.Values;

/// <summary>Enum values as the file spells them: <c>LeastConnections</c> is <c>least-connections</c>.</summary>
internal static class Choice
{
    /// <summary>A parser of <typeparamref name="T"/>; <paramref name="planned"/> words get a message of their own.</summary>
    public static Func<string, Parsed<T>> Of<T>(params string[] planned)
        where T : struct, Enum => text => Parse<T>(text, planned);

    /// <summary>Every allowed word, in the order of the enum.</summary>
    public static IReadOnlyList<string> Words<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(Spell)];

    public static string WordOf<T>(T value)
        where T : struct, Enum => Spell(value.ToString());

    public static string AllowedWords<T>()
        where T : struct, Enum => Enumeration(Words<T>());

    private static Parsed<T> Parse<T>(string text, string[] planned)
        where T : struct, Enum
    {
        var words = Words<T>();
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == text)
            {
                return Parsed<T>.Of(Enum.GetValues<T>()[i]);
            }
        }

        return Parsed<T>.Failed(planned.Contains(text, StringComparer.Ordinal)
            ? $"{Quoted.Of(text)} is not supported yet by this version; use {Enumeration(words)}"
            : $"{Quoted.Of(text)} is not one of the allowed values; use {Enumeration(words)}{NearestWord.Hint(text, words)}");
    }

    private static string Enumeration(IReadOnlyList<string> words) =>
        $"{string.Join(", ", words.SkipLast(1))} or {words[^1]}";

    private static string Spell(string name)
    {
        var word = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && word.Length > 0)
            {
                word.Append('-');
            }

            word.Append(char.ToLowerInvariant(c));
        }

        return word.ToString();
    }
}
