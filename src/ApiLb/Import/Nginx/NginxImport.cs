using ApiLb.Configuration;
using ApiLb.Import.Drafts;

namespace ApiLb.Import.Nginx;

/// <summary>Reads the <c>stream</c> block of an nginx.conf, or a file that is included in one.</summary>
internal sealed class NginxImport
{
    private const int ApiserverPort = 6443;
    private const int MostServers = 500;

    private static readonly string[] OfTheProcess = ["load_module", "user", "worker_processes", "worker_rlimit_nofile", "pid", "daemon", "events", "error_log", "env", "pcre_jit", "master_process", "worker_cpu_affinity", "worker_priority"];

    private readonly ImportNotes _notes;
    private readonly ConfigurationDraft _draft;
    private readonly DraftAddresses _addresses;
    private readonly NameBook _listenerNames = new();
    private readonly NameBook _poolNames = new();
    private readonly Dictionary<string, PoolDraft> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ServerNameMap> _maps = new(StringComparer.Ordinal);

    private NginxImport(string file, ImportNotes notes)
    {
        _notes = notes;
        _draft = new ConfigurationDraft($"{file} (nginx)");
        _addresses = new DraftAddresses(notes);
    }

    public static ConfigurationDraft Read(ImportSource source, ImportNotes notes)
    {
        var root = new NginxParser(source.Text, notes).Parse();
        return new NginxImport(source.File, notes).Read(root);
    }

    private ConfigurationDraft Read(IReadOnlyList<NginxDirective> root)
    {
        var streams = root.Where(d => d.Keyword == "stream" && d.Children is not null).ToList();
        foreach (var directive in root.Where(d => streams.Count > 0 && d.Keyword != "stream"))
        {
            NoteOutside(directive);
        }

        ReadStream(streams.Count > 0 ? [.. streams.SelectMany(s => s.Children!)] : root);
        _draft.Pools.AddRange(_pools.Values.Where(p => _draft.Listeners.Exists(l => l.PoolNames().Contains(p.Name))));
        _addresses.ChooseAdmin(_draft);
        return _draft;
    }

    private void NoteOutside(NginxDirective directive)
    {
        if (OfTheProcess.Contains(directive.Keyword, StringComparer.Ordinal))
        {
            _notes.NotNeeded(directive.Statement, "how the process runs is the matter of systemd/apilb.service");
        }
        else
        {
            _notes.LeftOut(directive.Statement, directive.Keyword == "http" ? "the whole block: ApiLb forwards TCP; keep a web server for HTTP" : ReasonOf(directive));
        }
    }

    private static string ReasonOf(NginxDirective directive) =>
        directive.Keyword == "include" ? "put the content of the file in place of this line, and import again" : "ApiLb has nothing like it";

    private void ReadStream(IReadOnlyList<NginxDirective> stream)
    {
        List<NginxDirective> inherited = [];
        List<NginxDirective> servers = [];
        foreach (var directive in stream)
        {
            switch (directive.Keyword)
            {
                case "upstream" when directive.Children is not null:
                    ReadUpstream(directive);
                    break;
                case "map" when directive.Children is not null:
                    ReadMap(directive);
                    break;
                case "server" when directive.Children is not null:
                    servers.Add(directive);
                    break;
                case "log_format":
                    _notes.NotNeeded(directive.Statement, "logs and metrics show this without being told (docs/metrics.md)");
                    break;
                case "include":
                    _notes.LeftOut(directive.Statement, ReasonOf(directive));
                    break;
                default:
                    inherited.Add(directive);
                    break;
            }
        }

        foreach (var server in servers.Take(MostServers))
        {
            ReadServer(server, inherited);
        }
    }

    private void ReadUpstream(NginxDirective upstream)
    {
        var name = upstream.Statement.At(1);
        var pool = new PoolDraft(_poolNames.Take(name), FormattableString.Invariant($"upstream {name}, line {upstream.Statement.Line}"));
        new UpstreamReader(pool, _notes).Read(upstream);
        if (pool.IsEmpty || !_pools.TryAdd(name, pool))
        {
            _notes.LeftOut(upstream.Statement, pool.IsEmpty ? "none of its servers could be carried over" : "there is an upstream of this name already");
        }
    }

    private void ReadMap(NginxDirective map)
    {
        if (ServerNameMap.Read(map, _notes) is { } read)
        {
            _maps[read.Variable] = read;
        }
    }

    private void ReadServer(NginxDirective server, List<NginxDirective> inherited)
    {
        var origin = FormattableString.Invariant($"server, line {server.Statement.Line}");
        var name = server.Named("proxy_pass").Select(p => p.Statement.At(1).TrimStart('$')).FirstOrDefault() ?? "server";
        var reader = new StreamServerReader(server, new ListenerDraft(_listenerNames.Take(name.Split(':')[0]), origin), _notes);
        reader.Read(inherited);
        FindPools(reader);
        reader.TakeAddresses(_addresses);
        var listener = reader.Listener;
        if (listener.Bind.Count == 0 || !listener.PoolNames().Any() || reader.IsForNobody)
        {
            _notes.LeftOut(server.Statement, "no listener: it has no address that ApiLb could listen on, no servers, or lets nobody in");
            return;
        }

        var pools = _pools.Values.Where(p => listener.PoolNames().Contains(p.Name)).ToList();
        if (pools.Exists(p => _addresses.IsLoop(server.Statement, listener, p)))
        {
            return;
        }

        DecideProtocol(reader, listener, pools);
        pools.ForEach(p => Complete(p, reader));
        _draft.Listeners.Add(listener);
    }

    private void FindPools(StreamServerReader reader)
    {
        if (reader.Pass is not { } pass)
        {
            return;
        }

        if (!_maps.TryGetValue(pass.At(1), out var map))
        {
            reader.Listener.Pool = FindPool(pass);
            return;
        }

        reader.Listener.Pool = map.Default is { } rest ? FindPool(rest) : null;
        foreach (var (entry, names) in map.Entries)
        {
            if (FindPool(entry) is { } pool)
            {
                reader.Listener.Routes.Add(new RouteDraft(names, pool, entry.Line));
            }
        }
    }

    /// <summary>An upstream, or a pool for the address that stands there.</summary>
    private string? FindPool(Statement statement)
    {
        var target = statement.At(1);
        if (_pools.TryGetValue(target, out var pool))
        {
            return pool.Name;
        }

        if (target.Contains('$', StringComparison.Ordinal))
        {
            _notes.LeftOut(statement, "ApiLb has no variables; only a map of $ssl_preread_server_name can be carried over");
            return null;
        }

        pool = new PoolDraft(_poolNames.Take(target.Split(':')[0]), FormattableString.Invariant($"{statement.Keyword}, line {statement.Line}"));
        new UpstreamReader(pool, _notes).AddServer(new Statement(statement.Line, [statement.Keyword, target]), target);
        return !pool.IsEmpty && _pools.TryAdd(target, pool) ? pool.Name : null;
    }

    private static void DecideProtocol(StreamServerReader reader, ListenerDraft listener, List<PoolDraft> pools)
    {
        var reason = reader.ReadsServerName || listener.Routes.Count > 0 ? "Server names are asked for."
            : pools.Exists(IsApiserver) ? ImportReason.ApiserverPort
            : null;
        listener.IsTls = reason is not null;
        listener.Reasons["protocol"] = reason is null ? ImportReason.PerhapsTls : $"{reason} {ImportReason.TlsOnly}";
    }

    private static void Complete(PoolDraft pool, StreamServerReader reader)
    {
        pool.Health = pool.Health with { Reason = $"nginx had no checks: {(IsApiserver(pool) ? ImportReason.OnlyConnects : "connecting is enough.")}" };
        pool.ProxyProtocol = reader.SendsProxyHeader ? ProxyProtocolVersion.V1 : pool.ProxyProtocol;
        pool.UsesClientAddress |= reader.UsesClientAddress;
        if (reader.ConnectTimeout is { } timeout)
        {
            pool.ConnectTimeout = timeout;
            pool.Reasons["connect"] = $"proxy_connect_timeout. {ImportReason.ConnectTimeout}";
        }
    }

    private static bool IsApiserver(PoolDraft pool) =>
        pool.Backends.Exists(b => b.Address.EndsWith(FormattableString.Invariant($":{ApiserverPort}"), StringComparison.Ordinal));
}
