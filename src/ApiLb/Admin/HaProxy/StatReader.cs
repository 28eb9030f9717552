using System.Globalization;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;

namespace ApiLb.Admin.HaProxy;

/// <summary>Reads the state of the daemon into HAProxy's statistics. Thread-safe.</summary>
internal sealed class StatReader(RuntimeSources sources)
{
    /// <summary>HAProxy numbers its own statistics frontend 1.</summary>
    private const int FirstProxyId = 2;

    private static readonly CloseReason[] DeniedConnections = [CloseReason.Denied, CloseReason.LimitGlobal, CloseReason.LimitListener, CloseReason.LimitSource, CloseReason.LimitRate];

    private static readonly CloseReason[] BadRequests = [CloseReason.BadHello, CloseReason.BadProxy, CloseReason.NoRoute];

    /// <summary>Listeners first, then each pool: its backends, and the sum of them.</summary>
    public IReadOnlyList<StatRow> Read()
    {
        List<StatRow> rows = [.. sources.Listeners.Select(ReadListener)];
        for (var i = 0; i < sources.Pools.Count; i++)
        {
            var pool = sources.Pools[i];
            var snapshot = pool.Snapshot;
            var id = FirstProxyId + sources.Listeners.Count + i;
            rows.AddRange(snapshot.Backends.Select((backend, n) => ReadBackend(pool, backend, id, n + 1)));
            rows.Add(ReadPool(pool, snapshot, id));
        }

        return rows;
    }

    /// <summary>The number of a pool among HAProxy's proxies.</summary>
    public int IdOf(BackendPool pool) => FirstProxyId + sources.Listeners.Count + sources.Pools.Index().First(p => p.Item == pool).Index;

    private StatRow ReadListener(AdminListener listener, int index)
    {
        var counters = listener.Counters;
        var own = OwnPoolsOf(listener.Options);
        var fields = new StatFields()
            .Set("scur", counters.Active)
            .Set("slim", listener.Options.Limits.MaxConnections ?? sources.MaxConnections())
            .Set("stot", counters.Accepted)
            .Set("bin", own?.Sum(b => b.Counters.BytesToBackend))
            .Set("bout", own?.Sum(b => b.Counters.BytesToClient))
            .Set("dreq", 0)
            .Set("dresp", 0)
            .Set("ereq", BadRequests.Sum(counters.Closes))
            .Set("status", "OPEN")
            .Set("pid", 1)
            .Set("iid", FirstProxyId + index)
            .Set("sid", 0)
            .Set("type", (int)StatScope.Frontend)
            .Set("mode", "tcp")
            .Set("conn_tot", counters.Accepted)
            .Set("dcon", DeniedConnections.Sum(counters.Closes))
            .Set("dses", 0);
        return new StatRow(StatScope.Frontend, listener.Options.Name, "FRONTEND", fields.ToDictionary());
    }

    /// <summary>Bytes are counted where they go. Null when a pool of the listener serves another one too.</summary>
    private List<Backend>? OwnPoolsOf(ListenerOptions listener)
    {
        var names = listener.PoolNames().ToList();
        var isShared = sources.Listeners.Any(l => l.Options.Name != listener.Name && l.Options.PoolNames().Any(names.Contains));
        return isShared ? null : [.. sources.Pools.Where(p => names.Contains(p.Name)).SelectMany(p => p.Snapshot.Backends)];
    }

    private static StatRow ReadBackend(BackendPool pool, Backend backend, int poolId, int id)
    {
        var health = backend.Health.Current;
        var probe = backend.LastProbe;
        var word = probe is null ? null : CheckWord.Of(probe);
        var fields = Traffic([backend])
            .Set("qcur", 0)
            .Set("slim", backend.Options.MaxConnections)
            .Set("status", ServerWord.Of(backend))
            .Set("weight", backend.Weight)
            .Set("uweight", backend.Weight)
            .Set("act", backend.Options.IsBackup ? 0 : 1)
            .Set("bck", backend.Options.IsBackup ? 1 : 0)
            .Set("chkfail", backend.Counters.ProbesFailed)
            .Set("lastchg", SecondsSince(pool, backend))
            .Set("pid", 1)
            .Set("iid", poolId)
            .Set("sid", id)
            .Set("throttle", health.Status == HealthStatus.Warming ? (long)(100 * backend.Health.Share(pool.Now)) : null)
            .Set("type", (int)StatScope.Server)
            .Set("check_status", word?.Name)
            .Set("check_code", probe?.StatusCode)
            .Set("check_duration", probe is null ? null : (long)probe.Duration.TotalMilliseconds)
            .Set("last_chk", probe is null ? null : probe.HasPassed ? "" : probe.Report.Detail)
            .Set("check_desc", word?.Description)
            .Set("check_rise", pool.Options.Health.Rise)
            .Set("check_fall", pool.Options.Health.Fall)
            .Set("addr", backend.Options.Address.ToString())
            .Set("mode", "tcp");
        return new StatRow(StatScope.Server, pool.Name, backend.Name, fields.ToDictionary());
    }

    private static StatRow ReadPool(BackendPool pool, PoolSnapshot snapshot, int id)
    {
        // HAProxy counts who can be chosen: its backups only while nobody else is up.
        var up = snapshot.Backends.Where(b => ServerWord.Of(b) == ServerWord.Up && b.Weight > 0).ToList();
        var active = up.Count(b => !b.Options.IsBackup);
        var weight = up.Where(b => b.Options.IsBackup == (active == 0)).Sum(b => b.Weight);
        var fields = Traffic(snapshot.Backends)
            .Set("qcur", pool.Line.Length)
            .Set("dreq", 0)
            .Set("dresp", 0)
            .Set("status", up.Count > 0 ? ServerWord.Up : ServerWord.Down)
            .Set("weight", weight)
            .Set("uweight", weight)
            .Set("act", active)
            .Set("bck", up.Count - active)
            .Set("lastchg", snapshot.Backends.Count == 0 ? 0 : snapshot.Backends.Min(b => SecondsSince(pool, b)))
            .Set("pid", 1)
            .Set("iid", id)
            .Set("sid", 0)
            .Set("type", (int)StatScope.Backend)
            .Set("mode", "tcp")
            .Set("algo", pool.Options.Balance switch
            {
                BalancePolicy.RoundRobin => "roundrobin",
                BalancePolicy.LeastConnections => "leastconn",
                BalancePolicy.SourceHash => "source",
                var policy => policy.ToString().ToLower(CultureInfo.InvariantCulture),
            });
        return new StatRow(StatScope.Backend, pool.Name, "BACKEND", fields.ToDictionary());
    }

    private static StatFields Traffic(IReadOnlyList<Backend> backends) => new StatFields()
        .Set("scur", backends.Sum(b => b.Counters.Active))
        .Set("stot", backends.Sum(b => b.Counters.Connections))
        .Set("lbtot", backends.Sum(b => b.Counters.Connections))
        .Set("bin", backends.Sum(b => b.Counters.BytesToBackend))
        .Set("bout", backends.Sum(b => b.Counters.BytesToClient))
        .Set("econ", backends.Sum(b => b.Counters.ConnectFailures))
        .Set("wredis", backends.Sum(b => b.Counters.Failovers))
        .Set("connect", backends.Sum(b => b.Counters.Connections + b.Counters.ConnectFailures))
        .Set("cli_abrt", backends.Sum(b => b.Counters.Closes(CloseReason.ClientReset)))
        .Set("srv_abrt", backends.Sum(b => b.Counters.Closes(CloseReason.ServerReset)));

    private static long SecondsSince(BackendPool pool, Backend backend) => (long)(pool.Now - backend.Health.Current.Since).TotalSeconds;
}
