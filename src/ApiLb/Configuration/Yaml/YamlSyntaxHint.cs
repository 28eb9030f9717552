using ApiLb.Configuration.Values;

namespace ApiLb.Configuration.Yaml;

/// <summary>Adds to the YAML parser's words what the operator most likely has to change, and where.</summary>
internal static class YamlSyntaxHint
{
    /// <summary>
    /// A better place than the parser's own, which for a tab is the begin of the mapping around it; null: there is none.
    /// </summary>
    public static SourcePosition? Locate(string text, string problem)
    {
        if (!problem.Contains("tab", StringComparison.Ordinal))
        {
            return null;
        }

        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var tab = line.IndexOf('\t');
            if (tab >= 0 && line[..tab].Trim().IsEmpty)
            {
                return new SourcePosition(number, tab + 1);
            }
        }

        return null;
    }

    public static string Explain(string text, string problem, SourcePosition position) =>
        $"cannot be read as YAML: {Quoted.Harmless(Sentence(problem))}{HintFor(LineAt(text, position.Line), problem)}";

    private static string HintFor(string line, string problem)
    {
        var indentation = line[..^line.TrimStart().Length];
        if (indentation.Contains('\t', StringComparison.Ordinal))
        {
            return "; the line is indented with a tab, YAML wants spaces";
        }

        if (line.Contains("[:", StringComparison.Ordinal))
        {
            return "; an address in brackets must be in quotes: \"[::]:6443\"";
        }

        return problem.Contains("expected key", StringComparison.Ordinal)
            ? "; is the line indented as its neighbours are?"
            : "";
    }

    private static string Sentence(string message)
    {
        var words = message.Trim().TrimEnd('.');
        return words.Length == 0 ? "unreadable" : char.ToLowerInvariant(words[0]) + words[1..];
    }

    private static string LineAt(string text, int number)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (--number == 0)
            {
                return line.ToString();
            }
        }

        return "";
    }
}
