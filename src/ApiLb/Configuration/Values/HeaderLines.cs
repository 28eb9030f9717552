namespace ApiLb.Configuration.Values;

/// <summary>The content of a headers file: <c>Name: value</c> in each line, empty lines and those that begin with # aside. Messages never repeat a value.</summary>
internal static class HeaderLines
{
    private const int MaximumLength = 64 * 1024;

    public static Parsed<IReadOnlyList<KeyValuePair<string, string>>> Parse(string text)
    {
        if (text.Length > MaximumLength)
        {
            return Failed($"is larger than {MaximumLength / 1024} KiB");
        }

        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (index, line) in text.Split('\n').Select(l => l.Trim()).Index())
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !line[..colon].All(IsOfName))
            {
                return Failed($"has no 'Name: value' in line {index + 1}");
            }

            var value = line[(colon + 1)..].Trim();
            if (value.Length == 0 || !value.All(c => c is >= ' ' and < '\u007f'))
            {
                return Failed($"has a value in line {index + 1} that is empty or not printable ASCII");
            }

            headers.Add(new(line[..colon], value));
        }

        return headers.Count == 0 ? Failed("holds no header") : Parsed<IReadOnlyList<KeyValuePair<string, string>>>.Of(headers);
    }

    /// <summary>RFC 9110, section 5.6.2: token.</summary>
    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);

    private static Parsed<IReadOnlyList<KeyValuePair<string, string>>> Failed(string problem) =>
        Parsed<IReadOnlyList<KeyValuePair<string, string>>>.Failed(problem);
}
