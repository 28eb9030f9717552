using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads a configuration file of HAProxy: which section becomes what, and how they belong together.</summary>
internal sealed class HaProxyImport
{
    private const int MostProxies = 500;
    private const int ApiserverPort = 6443;

    private readonly HaProxyContext _context;
    private readonly ConfigurationDraft _draft;
    private readonly Dictionary<string, PoolDraft> _pools = new(StringComparer.Ordinal);

    private HaProxyImport(ImportSource source, HaProxyVariables variables, ImportNotes notes)
    {
        _context = new HaProxyContext(source, variables, notes);
        _draft = new ConfigurationDraft($"{source.File} (HAProxy)");
    }

    public static ConfigurationDraft Read(ImportSource source, ImportNotes notes)
    {
        var variables = new HaProxyVariables(source.Environment);
        var sections = new HaProxyFile(source, variables, notes).Read();
        return new HaProxyImport(source, variables, notes).Read(sections);
    }

    private ConfigurationDraft Read(IReadOnlyList<HaProxySection> sections)
    {
        var global = new GlobalReader(_draft, _context);
        foreach (var statement in sections.Where(s => s.Kind == "global").SelectMany(s => s.Statements))
        {
            global.Read(statement);
        }

        var admin = new AdminReader(_draft, _context);
        var proxies = Enabled(HaProxyDefaults.Apply(sections, _context.Notes));
        foreach (var proxy in proxies.Where(AdminReader.IsAdmin))
        {
            admin.Read(proxy);
        }

        var readers = proxies.Where(p => !AdminReader.IsAdmin(p)).Select(p => (Proxy: p, Listener: Read(p))).ToList();
        foreach (var (proxy, listener) in readers)
        {
            Finish(proxy, listener);
        }

        AddUsedPools(proxies);
        _context.Addresses.ChooseAdmin(_draft);
        return _draft;
    }

    private List<HaProxyProxy> Enabled(IReadOnlyList<HaProxyProxy> proxies)
    {
        foreach (var proxy in proxies.Where(IsDisabled))
        {
            _context.Notes.LeftOut(proxy.Section.Head, "the whole section: it is disabled");
        }

        foreach (var proxy in proxies.Skip(MostProxies))
        {
            _context.Notes.LeftOut(proxy.Section.Head, FormattableString.Invariant($"the whole section: more than {MostProxies} of them"));
        }

        return [.. proxies.Take(MostProxies).Where(p => !IsDisabled(p))];
    }

    private static bool IsDisabled(HaProxyProxy proxy) => proxy.Statements.LastOrDefault(s => s.Keyword is "disabled" or "enabled")?.Keyword == "disabled";

    /// <summary>Reads a proxy: its pool at once, its listener to be finished when all pools are known.</summary>
    private ListenerReader? Read(HaProxyProxy proxy)
    {
        var pool = proxy.HasBackend ? new PoolReader(proxy, _context) : null;
        var listener = proxy.HasFrontend ? new ListenerReader(proxy, _context) : null;
        if (proxy.IsHttp)
        {
            _context.Notes.LeftOut(proxy.Section.Head, "mode http: ApiLb forwards connections without reading HTTP, so each connection, not each request, finds its backend");
        }

        foreach (var statement in proxy.Statements)
        {
            var key = HaProxyProxy.KeyOf(statement);
            var isTaken = (listener?.TryTake(key, statement) ?? false) | (pool?.TryTake(key, statement) ?? false);
            if (!isTaken && !(proxy.IsInherited(statement) && HaProxyKeywords.IsForOneSide(key)))
            {
                HaProxyKeywords.Note(statement, proxy.IsHttp && statement.Keyword != "mode", _context.Notes);
            }
        }

        if (pool is not null)
        {
            Keep(proxy, pool.Finish());
        }

        return listener;
    }

    private void Keep(HaProxyProxy proxy, PoolDraft pool)
    {
        var isAsked = proxy.Section.Kind == "backend" || proxy.Section.Statements.Any(s => s.Keyword.StartsWith("server", StringComparison.Ordinal));
        if (pool.IsEmpty && isAsked)
        {
            _context.Notes.LeftOut(proxy.Section.Head, "none of its servers could be carried over");
        }
        else if (!pool.IsEmpty)
        {
            _pools.TryAdd(proxy.Name, pool);
        }
    }

    private void Finish(HaProxyProxy proxy, ListenerReader? reader)
    {
        if (reader is null)
        {
            return;
        }

        var listener = reader.Finish(name => _pools.GetValueOrDefault(name));
        if (listener is null)
        {
            _context.Notes.LeftOut(proxy.Section.Head, "no listener: it has no address that ApiLb could listen on, no pool, or lets nobody in");
            return;
        }

        var pools = _pools.Values.Where(p => listener.PoolNames().Contains(p.Name)).ToList();
        if (pools.Exists(p => _context.Addresses.IsLoop(proxy.Section.Head, listener, p)))
        {
            return;
        }

        DecideProtocol(proxy, reader, listener, pools);
        _draft.Listeners.Add(listener);
    }

    private static void DecideProtocol(HaProxyProxy proxy, ListenerReader reader, ListenerDraft listener, List<PoolDraft> pools)
    {
        var reason = listener.Routes.Count > 0 ? "Server names are asked for."
            : reader.WaitsForTls ? "HAProxy waited for a ClientHello."
            : pools.Exists(p => p.SpeaksTls) ? "The check of its servers speaks TLS, so clients do."
            : !proxy.IsHttp && pools.Exists(p => p.DnsPort == ApiserverPort || p.Backends.Exists(b => b.Address.EndsWith(":6443", StringComparison.Ordinal)))
                ? ImportReason.ApiserverPort
            : null;
        listener.IsTls = reason is not null;
        listener.Reasons["protocol"] = reason is null
            ? ImportReason.PerhapsTls
            : $"{reason} {ImportReason.TlsOnly}";
        if (reason is null)
        {
            listener.FirstFlightTimeout = listener.ProxyFrom.Count > 0 ? listener.FirstFlightTimeout : null;
        }
    }

    private void AddUsedPools(List<HaProxyProxy> proxies)
    {
        var used = _draft.Listeners.SelectMany(l => l.PoolNames()).ToHashSet(StringComparer.Ordinal);
        foreach (var proxy in proxies.Where(p => _pools.ContainsKey(p.Name) && p.HasBackend))
        {
            var pool = _pools[proxy.Name];
            if (used.Contains(pool.Name))
            {
                _draft.Pools.Add(pool);
                used.Remove(pool.Name);
            }
            else if (!_draft.Pools.Contains(pool))
            {
                _context.Notes.LeftOut(proxy.Section.Head, "no listener uses it");
            }
        }
    }
}
