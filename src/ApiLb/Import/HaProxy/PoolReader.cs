using ApiLb.Configuration;
using ApiLb.Import.Drafts;

namespace ApiLb.Import.HaProxy;

/// <summary>Reads the statements of a <c>backend</c>, or of a <c>listen</c> as far as they are about servers, into a pool.</summary>
internal sealed class PoolReader(HaProxyProxy proxy, HaProxyContext context)
{
    private static readonly TimeSpan MostConnect = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostQueue = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan MostHalfClosed = TimeSpan.FromHours(24);
    private static readonly TimeSpan MostCheck = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LeastConnect = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LeastCheck = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    private readonly CheckReader _check = new(context.Notes);
    private readonly PoolDraft _pool = new(
        context.PoolNames.Take(proxy.Name), FormattableString.Invariant($"{proxy.Section.Kind} {proxy.Name}, line {proxy.Section.Head.Line}"));

    private ServerReader? _servers;
    private TimeSpan? _queueTimeout;
    private TimeSpan? _checkTimeout;

    private ServerReader Servers => _servers ??= new ServerReader(_pool, context);

    /// <returns>False when the statement is about something else.</returns>
    public bool TryTake(string key, Statement statement)
    {
        switch (key)
        {
            case "server":
                Servers.ReadServer(statement);
                return true;
            case "server-template":
                Servers.ReadTemplate(statement);
                return true;
            case "default-server":
                Servers.ReadDefaults(statement);
                return true;
            case "balance":
                ReadBalance(statement);
                return true;
            case "source":
                ReadSource(statement);
                return true;
            default:
                return key.StartsWith("timeout ", StringComparison.Ordinal) ? TryTakeTimeout(statement) : _check.TryTake(key, statement);
        }
    }

    /// <summary>The pool; without members when no server could be carried over.</summary>
    public PoolDraft Finish()
    {
        var server = Servers.First ?? new ServerParameters();
        var health = new HealthDecision(_check, server, _pool, context).Decide();
        var head = Servers.FirstStatement ?? proxy.Section.Head;
        var interval = context.Fit(head, server.Interval, LeastCheck, MostInterval);
        var fast = context.Fit(head, server.FastInterval, LeastCheck, MostInterval);
        _pool.Health = health with
        {
            Interval = interval,
            FastInterval = fast <= (interval ?? UsualInterval) ? fast : null,
            Timeout = _checkTimeout,
            Fall = server.Fall,
            Rise = server.Rise,
            SlowStart = server.SlowStart is { } slow && slow > TimeSpan.Zero ? context.Fit(head, slow, OneSecond, MostInterval) : server.SlowStart,
        };
        if (_pool.Backends.Exists(b => b.MaxConnections is not null))
        {
            _pool.QueueTimeout = _queueTimeout;
            _pool.QueueLength = Servers.QueueLength;
        }

        return _pool;
    }

    private bool TryTakeTimeout(Statement statement)
    {
        switch (statement.At(1))
        {
            case "connect":
                _pool.ConnectTimeout = context.Fit(statement, context.TimeAt(statement, 2), LeastConnect, MostConnect);
                _pool.Reasons["connect"] = FormattableString.Invariant($"timeout connect, line {statement.Line}. {ImportReason.ConnectTimeout}");
                return true;
            case "queue":
                _queueTimeout = context.Fit(statement, context.TimeAt(statement, 2), LeastConnect, MostQueue);
                return true;
            case "check":
                _checkTimeout = context.Fit(statement, context.TimeAt(statement, 2), LeastCheck, MostCheck);
                return true;
            case "client-fin" or "server-fin":
                _pool.HalfClosedTimeout = context.Fit(statement, context.TimeAt(statement, 2), OneSecond, MostHalfClosed);
                return true;
            default:
                return false;
        }
    }

    private void ReadBalance(Statement statement)
    {
        BalancePolicy? policy = statement.At(1) switch
        {
            "roundrobin" or "static-rr" => BalancePolicy.RoundRobin,
            "leastconn" => BalancePolicy.LeastConnections,
            "source" => BalancePolicy.SourceHash,
            "hash" when statement.At(2) == "src" => BalancePolicy.SourceHash,
            "first" => BalancePolicy.First,
            var word when word == "random" || word.StartsWith("random(", StringComparison.Ordinal) => BalancePolicy.Random,
            _ => null,
        };
        if (policy is null)
        {
            context.Notes.LeftOut(statement, "ApiLb has least-connections (the default), round-robin, random, source-hash and first");
            return;
        }

        _pool.Balance = policy;
        _pool.Reasons.Remove("balance");
        if (policy == BalancePolicy.RoundRobin)
        {
            _pool.Reasons["balance"] = ImportReason.RoundRobin;
        }
    }

    private void ReadSource(Statement statement)
    {
        if (statement.At(2) == "usesrc" && statement.At(3) is "client" or "clientip")
        {
            _pool.UsesClientAddress = true;
            _pool.Reasons["connect"] = "Backends see the clients' addresses: docs/transparent-source.md.";
        }
        else
        {
            context.Notes.LeftOut(statement, "which address of this host is used is up to its routes");
        }
    }
}
