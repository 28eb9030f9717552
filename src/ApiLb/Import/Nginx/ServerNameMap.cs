using ApiLb.Configuration.Values;

namespace ApiLb.Import.Nginx;

/// <summary>A <c>map $ssl_preread_server_name $variable</c>: which server name goes where (ngx_stream_map_module).</summary>
internal sealed class ServerNameMap
{
    private readonly List<(Statement Statement, IReadOnlyList<string> Names)> _entries = [];

    private ServerNameMap(string variable) => Variable = variable;

    /// <summary>As <c>proxy_pass</c> uses it.</summary>
    public string Variable { get; }

    /// <summary>Where everybody else goes; null: nowhere.</summary>
    public Statement? Default { get; private set; }

    /// <summary>Each with the names, as routes write them, and its statement, whose second word is the target.</summary>
    public IReadOnlyList<(Statement Statement, IReadOnlyList<string> Names)> Entries => _entries;

    /// <summary>Null when it is a map of something else.</summary>
    public static ServerNameMap? Read(NginxDirective map, ImportNotes notes)
    {
        if (map.Statement.At(1) is not ("$ssl_preread_server_name" or "${ssl_preread_server_name}"))
        {
            notes.LeftOut(map.Statement, "ApiLb chooses pools by the server name only");
            return null;
        }

        var read = new ServerNameMap(map.Statement.At(2));
        foreach (var entry in map.Children ?? [])
        {
            read.Add(entry.Statement, notes);
        }

        return read;
    }

    private void Add(Statement entry, ImportNotes notes)
    {
        if (entry.Keyword == "default")
        {
            Default = entry;
            return;
        }

        if (entry.Keyword is "hostnames" or "volatile")
        {
            return;
        }

        // .example.com means the domain itself too.
        string[] patterns = entry.Keyword.StartsWith('.') ? [entry.Keyword[1..], $"*{entry.Keyword}"] : [entry.Keyword];
        List<string> names = [];
        foreach (var pattern in patterns)
        {
            if (ServerNamePattern.Parse(pattern).TryGet(out var name, out _) && !_entries.Exists(e => e.Names.Contains(name)))
            {
                names.Add(name);
            }
        }

        if (names.Count > 0)
        {
            _entries.Add((entry, names));
        }
        else
        {
            notes.LeftOut(entry, "routes have whole names and *.DOMAIN, each once");
        }
    }
}
