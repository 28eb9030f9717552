using YamlDotNet.Core;

namespace ApiLb.Configuration.Yaml;

/// <summary>Adds to the YAML parser's words what the operator most likely has to change.</summary>
internal static class YamlSyntaxHint
{
    public static string Explain(string text, YamlException problem)
    {
        var line = LineAt(text, problem.Start.Line);
        return $"is not valid YAML: {Sentence(problem.Message)}{HintFor(line)}";
    }

    private static string HintFor(string line)
    {
        var indentation = line[..^line.TrimStart().Length];
        if (indentation.Contains('\t', StringComparison.Ordinal))
        {
            return "; the line is indented with a tab, YAML wants spaces";
        }

        if (line.Contains("*:", StringComparison.Ordinal) && !line.Contains("\"*:", StringComparison.Ordinal))
        {
            return "; an address that begins with * must be in quotes: \"*:6443\"";
        }

        return line.Contains("[:", StringComparison.Ordinal) ? "; an address in brackets must be in quotes: \"[::]:6443\"" : "";
    }

    private static string Sentence(string message)
    {
        var words = message.Trim().TrimEnd('.');
        return words.Length == 0 ? "unreadable" : char.ToLowerInvariant(words[0]) + words[1..];
    }

    private static string LineAt(string text, long number)
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
