using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads the statements of a <c>frontend</c>, or of a <c>listen</c> as far as they are about clients, into a listener.</summary>
internal sealed class ListenerReader
{
    private const int MostConnections = 10_000_000;
    private const int FastestRate = 100_000;

    private static readonly TimeSpan LeastFirstFlight = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MostFirstFlight = TimeSpan.FromMinutes(10);

    private readonly HaProxyProxy _proxy;
    private readonly HaProxyContext _context;
    private readonly ListenerDraft _listener;
    private readonly BindReader _binds;
    private readonly HaProxyAcls _acls = new();
    private readonly RouteRules _routes;
    private readonly List<Statement> _contentRules = [];
    private readonly AccessRules _access;
    private Statement? _defaultBackend;

    public ListenerReader(HaProxyProxy proxy, HaProxyContext context)
    {
        _proxy = proxy;
        _context = context;
        _binds = new BindReader(context);
        _listener = new ListenerDraft(
            context.ListenerNames.Take(proxy.Name), FormattableString.Invariant($"{proxy.Section.Kind} {proxy.Name}, line {proxy.Section.Head.Line}"));
        _routes = new RouteRules(context.Notes);
        _access = new AccessRules(_listener, context.Notes);

        // Rules may use ACLs that stand below them.
        foreach (var acl in proxy.Statements.Where(s => s.Keyword == "acl"))
        {
            _acls.Define(acl);
        }
    }

    /// <summary>Whether HAProxy waited for a ClientHello.</summary>
    public bool WaitsForTls { get; private set; }

    /// <returns>False when the statement is about something else.</returns>
    public bool TryTake(string key, Statement statement)
    {
        switch (key)
        {
            case "bind":
                _binds.Read(statement);
                return true;
            case "acl":
                return true;
            case "default_backend":
                _defaultBackend = statement;
                return true;
            case "use_backend":
                _routes.Add(statement, _acls.Read(statement, 2));
                return true;
            case "tcp-request connection" or "tcp-request session":
                ReadRule(statement);
                return true;
            case "tcp-request content":
                _contentRules.Add(statement);
                return true;
            case "tcp-request inspect-delay":
                _listener.FirstFlightTimeout = _context.Fit(statement, _context.TimeAt(statement, 2), LeastFirstFlight, MostFirstFlight);
                return true;
            case "maxconn":
                _listener.MaxConnections = _context.NumberAt(statement, 1, 1, MostConnections);
                return true;
            case "rate-limit sessions":
                _listener.AcceptRate = _context.NumberAt(statement, 2, 1, FastestRate);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The listener; null when it has no address, no pool, or lets nobody in.</summary>
    /// <param name="poolOf">The pool that a backend of HAProxy has become; null: none.</param>
    public ListenerDraft? Finish(Func<string, PoolDraft?> poolOf)
    {
        // HAProxy looks at the connection before it looks at what came over it.
        _contentRules.ForEach(ReadRule);
        _access.Finish();
        FindPools(poolOf);
        _listener.Bind.AddRange(_binds.Addresses().Where(a => _context.Addresses.TryTake(_proxy.Section.Head, a)));
        if (_binds.AcceptsProxy && _listener.ProxyFrom.Count == 0)
        {
            _listener.ProxyFrom.AddRange(["0.0.0.0/0", "::/0"]);
            _listener.Reasons["proxyProtocol"] = ImportReason.EverybodyIsBelieved;
        }

        return _listener is { Bind.Count: > 0 } && _listener.PoolNames().Any() && !_access.IsForNobody ? _listener : null;
    }

    private void ReadRule(Statement rule)
    {
        var action = rule.At(2);
        var condition = _acls.Read(rule, action == "expect-proxy" ? 4 : 3);
        if (action == "expect-proxy" && condition is { Sources: { } proxies, IsOutside: false })
        {
            _listener.ProxyFrom.AddRange(proxies.Select(p => p.ToString()));
        }
        else if (WaitsForTls && condition.IsAlways && action == "reject")
        {
            _context.Notes.NotNeeded(rule, "a tls listener resets who does not speak TLS (onBadHello: reject)");
        }
        else if (condition.IsTls is { } isTls)
        {
            WaitsForTls |= isTls == action is "accept";
        }
        else if (action is "accept" or "reject" or "silent-drop" && (condition.IsAlways || condition.Sources is not null))
        {
            _access.Add(rule, action == "accept", condition.Sources, condition.IsOutside);
        }
        else
        {
            var problem = condition.Problem is { } why ? $"{why}; " : "";
            var warning = action is "reject" or "silent-drop" ? "; these clients are let in" : "";
            _context.Notes.LeftOut(rule, $"{problem}ApiLb accepts and rejects by address (allow, deny), and limits connections (limits){warning}");
        }
    }

    private void FindPools(Func<string, PoolDraft?> poolOf)
    {
        foreach (var (names, backend, rule) in _routes.Routes)
        {
            if (poolOf(backend) is { } pool)
            {
                _listener.Routes.Add(new RouteDraft(names, pool.Name, rule.Line));
            }
            else
            {
                _context.Notes.LeftOut(rule, "its backend could not be carried over");
            }
        }

        var chosen = _routes.Unconditional ?? _defaultBackend;
        if (chosen is not null)
        {
            _listener.Pool = poolOf(chosen.At(1))?.Name;
            if (_listener.Pool is null)
            {
                _context.Notes.LeftOut(chosen, "its backend could not be carried over");
            }
        }
        else if (_proxy.HasBackend)
        {
            _listener.Pool = poolOf(_proxy.Name)?.Name;
        }
    }
}
