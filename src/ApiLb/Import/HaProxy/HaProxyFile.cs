namespace ApiLb.Import.HaProxy;

/// <summary>Reads the text into sections. What cannot be read becomes a note, and the rest is read all the same.</summary>
internal sealed class HaProxyFile(ImportSource source, HaProxyVariables variables, ImportNotes notes)
{
    private static readonly string[] Known = ["global", "defaults", "frontend", "backend", "listen"];

    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["peers"] = "ApiLb keeps no tables to share",
        ["resolvers"] = "ApiLb asks the system's resolver, again and again while it runs",
        ["mailers"] = "ApiLb sends no mail; alert on its metrics (docs/operations.md)",
        ["userlist"] = "the admin socket has file permissions, and admin.listen shows nothing secret",
        ["program"] = "let systemd run other programs",
        ["http-errors"] = "ApiLb answers no HTTP",
        ["fcgi-app"] = "ApiLb speaks no FastCGI",
        ["cache"] = "ApiLb caches nothing",
        ["ring"] = "the journal takes the log",
        ["log-forward"] = "ApiLb forwards no logs",
        ["log-profile"] = "the journal takes the log",
        ["crt-store"] = "ApiLb passes TLS through and has no certificates of its own",
        ["traces"] = "run with --log-level Debug instead",
        ["acme"] = "ApiLb passes TLS through and has no certificates of its own",
    };

    private readonly List<HaProxySection> _sections = [];
    private List<Statement>? _statements;
    private Statement? _otherSection;
    private int _conditionDepth;

    public IReadOnlyList<HaProxySection> Read()
    {
        // As HAProxy: a line ends with a line feed, and what follows a carriage return is not read. Unicode's other line breaks are none.
        foreach (var (index, line) in source.Text.Split('\n').Index())
        {
            ReadLine(index + 1, line.Split('\r')[0]);
        }

        return _sections;
    }

    private void ReadLine(int number, string line)
    {
        variables.Missing.Clear();
        if (!new HaProxyTokenizer(line, variables).Split().TryGet(out var words, out var problem))
        {
            notes.LeftOut(number, line.Trim(), problem);
            return;
        }

        foreach (var name in variables.Missing)
        {
            notes.LeftOut(number, line.Trim(), $"the environment variable {name} is not set here; set it as the service of HAProxy does, and import again");
        }

        if (words.Count > 0)
        {
            Take(new Statement(number, words));
        }
    }

    private void Take(Statement statement)
    {
        if (statement.Keyword.StartsWith('.') || _conditionDepth > 0)
        {
            TakeConditional(statement);
        }
        else if (Known.Contains(statement.Keyword, StringComparer.Ordinal))
        {
            _statements = [];
            _otherSection = null;
            _sections.Add(new HaProxySection(statement, _statements));
        }
        else if (Others.TryGetValue(statement.Keyword, out var reason) && IsHead(statement))
        {
            _otherSection = statement;
            _statements = null;
            notes.LeftOut(statement, $"the whole section: {reason}");
        }
        else if (_statements is not null)
        {
            _statements.Add(statement);
        }
        else if (_otherSection is null)
        {
            notes.LeftOut(statement, "stands in no section that ApiLb knows");
        }
    }

    /// <summary>Some words that open a section are directives in others, which have more than a name behind them.</summary>
    private static bool IsHead(Statement statement) => statement.Words.Count == 2 || statement.Keyword is "traces";

    /// <summary>Which branch is taken depends on the HAProxy that reads it, so none is.</summary>
    private void TakeConditional(Statement statement)
    {
        _conditionDepth += statement.Keyword switch { ".if" => 1, ".endif" when _conditionDepth > 0 => -1, _ => 0 };
        notes.LeftOut(statement, "conditions (.if, .notice and others) are not evaluated: remove them, keep the lines that hold on this host, and import again");
    }
}
