namespace ApiLb.Import.HaProxy;

/// <summary>A <c>frontend</c>, <c>backend</c> or <c>listen</c> section together with the defaults that it inherits. Immutable.</summary>
internal sealed class HaProxyProxy
{
    private static readonly string[] TwoWordKeywords =
        ["option", "timeout", "stats", "http-check", "tcp-check", "tcp-request", "tcp-response", "monitor", "rate-limit", "stick", "capture", "email-alert"];

    private readonly int _ownFrom;

    /// <param name="section">The section.</param>
    /// <param name="defaults">What its defaults section says, with what that one inherits.</param>
    public HaProxyProxy(HaProxySection section, IReadOnlyList<Statement> defaults)
    {
        Section = section;
        _ownFrom = section.Head.Line;
        Statements = Merge(defaults, section.Statements);
        IsHttp = Statements.LastOrDefault(s => s.Keyword == "mode")?.At(1) == "http";
    }

    public HaProxySection Section { get; }

    public string Name => Section.Name;

    public bool HasFrontend => Section.Kind is "frontend" or "listen";

    public bool HasBackend => Section.Kind is "backend" or "listen";

    /// <summary>Whether HAProxy reads HTTP here; tcp is its default.</summary>
    public bool IsHttp { get; }

    /// <summary>Inherited ones first, without those that a <c>no</c> takes back.</summary>
    public IReadOnlyList<Statement> Statements { get; }

    /// <summary>What a statement is called: its first word, or two where the first alone says nothing.</summary>
    public static string KeyOf(Statement statement) =>
        TwoWordKeywords.Contains(statement.Keyword, StringComparer.Ordinal) ? $"{statement.Keyword} {statement.At(1)}" : statement.Keyword;

    /// <summary>Whether the statement comes from a defaults section, where it may be meant for other proxies.</summary>
    public bool IsInherited(Statement statement) => statement.Line < _ownFrom;

    public static IReadOnlyList<Statement> Merge(IEnumerable<Statement> inherited, IEnumerable<Statement> own)
    {
        List<Statement> merged = [.. inherited];
        foreach (var statement in own)
        {
            if (statement.Keyword is "no" or "default" && statement.Words.Count > 1)
            {
                var taken = KeyOf(new Statement(statement.Line, [.. statement.Words.Skip(1)]));
                merged.RemoveAll(s => KeyOf(s) == taken);
            }
            else
            {
                merged.Add(statement);
            }
        }

        return merged;
    }
}
