namespace ApiLb.EndToEndTests.Documents;

/// <summary>A fenced block of a document that says where it belongs.</summary>
/// <param name="Line">Of its fence, for messages.</param>
/// <param name="Hosts">On which it is run or written.</param>
/// <param name="File">Where it is written; null: its lines are commands.</param>
/// <param name="Text">What stands in it.</param>
internal sealed record DocumentStep(int Line, IReadOnlyList<string> Hosts, string? File, string Text)
{
    private const string Fence = "```";

    /// <summary>
    /// The blocks whose fence has <c>on=HOST,HOST</c> beside the language, and <c>file=PATH</c> when they are a file. Readers of the document
    /// do not see either: CommonMark shows nothing of an info string but its first word.
    /// </summary>
    public static IReadOnlyList<DocumentStep> Parse(string markdown)
    {
        var steps = new List<DocumentStep>();
        var lines = markdown.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var indent = lines[i].Length - lines[i].TrimStart().Length;
            var end = Array.FindIndex(lines, i + 1, line => line.Trim() == Fence);
            if (Value(lines[i], "on=") is { } hosts)
            {
                var text = lines[(i + 1)..end].Select(line => line.Length > indent ? line[indent..] : "");
                steps.Add(new DocumentStep(i + 1, hosts.Split(','), Value(lines[i], "file="), string.Join('\n', text) + "\n"));
            }

            i = end;
        }

        return steps;
    }

    private static string? Value(string fence, string key) =>
        fence.Split(' ').FirstOrDefault(word => word.StartsWith(key, StringComparison.Ordinal))?[key.Length..];
}
