using System.Text;
using ApiLb.Configuration.Values;

namespace ApiLb.Import.Drafts;

/// <summary>Writes YAML with comments, line by line. Not thread-safe.</summary>
internal sealed class YamlText
{
    private const int Indent = 2;
    private const int Widest = 120;

    private readonly StringBuilder _text = new();
    private int _depth;

    public override string ToString() => _text.ToString();

    public void BlankLine() => _text.Append('\n');

    /// <summary>A comment, broken at spaces; null: nothing.</summary>
    public void Comment(string? comment)
    {
        if (comment is null)
        {
            return;
        }

        var hanging = comment.StartsWith("- ", StringComparison.Ordinal) ? "  " : "";
        var line = new StringBuilder();
        foreach (var word in Quoted.Harmless(comment).Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length + (Indent * _depth) > Widest)
            {
                Line($"# {line}");
                line.Clear().Append(hanging).Append(word);
                continue;
            }

            _ = line.Length > 0 ? line.Append(' ') : line;
            line.Append(word);
        }

        Line($"# {line}".TrimEnd());
    }

    public void Begin(string key)
    {
        Line($"{key}:");
        _depth++;
    }

    public void End() => _depth--;

    public void Value(string key, string? value)
    {
        if (value is not null)
        {
            Line($"{key}: {Scalar(value)}");
        }
    }

    public void Value(string key, int? value) => Value(key, value is { } number ? FormattableString.Invariant($"{number}") : null);

    public void Value(string key, TimeSpan? value) => Value(key, value is { } time ? Duration.Format(time) : null);

    public void FlowList(string key, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            Line($"{key}: [{string.Join(", ", values.Select(Scalar))}]");
        }
    }

    public void Item(string value) => Line($"- {Scalar(value)}");

    public void FlowItem(IEnumerable<(string Key, string Value)> pairs) =>
        Line($"- {{ {string.Join(", ", pairs.Select(p => $"{p.Key}: {p.Value}"))} }}");

    /// <summary>Plain where nobody could read it otherwise, else in double quotes.</summary>
    public static string Scalar(string value)
    {
        var isPlain = value.Length > 0 && (char.IsAsciiLetterOrDigit(value[0]) || value[0] == '/') && !value.EndsWith(':')
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/' or ':' or '=' or '?' or '&');
        return isPlain ? value : $"\"{string.Concat(value.Select(Escaped))}\"";
    }

    public static string Flow(IReadOnlyList<string> values) => $"[{string.Join(", ", values.Select(Scalar))}]";

    /// <summary>What YAML takes for an end of line, or may not stand in a file at all, is written as a number (YAML 1.2, 5.1, 5.4 and 5.7).</summary>
    private static string Escaped(char c) => c switch
    {
        '\\' or '"' => $"\\{c}",
        _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' => FormattableString.Invariant($"\\u{(int)c:X4}"),
        _ => c.ToString(),
    };

    private void Line(string text) => _text.Append(' ', Indent * _depth).Append(text).Append('\n');
}
