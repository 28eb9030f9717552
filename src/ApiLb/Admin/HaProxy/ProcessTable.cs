using System.Globalization;
using System.Text;
using ApiLb.Telemetry;

namespace ApiLb.Admin.HaProxy;

/// <summary>Answers <c>show info</c>: the names of HAProxy 2.6, of those that mean something here, in its order.</summary>
internal sealed class ProcessTable(RuntimeSources sources)
{
    public IReadOnlyList<(string Name, string Value)> Read()
    {
        var uptime = sources.Lifetime.Uptime;
        var backends = sources.Pools.SelectMany(p => p.Snapshot.Backends).ToList();
        return
        [
            ("Name", "ApiLb"),
            ("Version", ProcessLifetime.Version),
            ("Nbthread", Text(sources.Reactors)),
            ("Nbproc", "1"),
            ("Process_num", "1"),
            ("Pid", Text(Environment.ProcessId)),
            ("Uptime", string.Create(CultureInfo.InvariantCulture, $"{(int)uptime.TotalDays}d {uptime.Hours}h{uptime.Minutes:00}m{uptime.Seconds:00}s")),
            ("Uptime_sec", Text((long)uptime.TotalSeconds)),
            ("Maxconn", Text(sources.MaxConnections())),
            ("Hard_maxconn", Text(sources.MaxConnections())),
            ("CurrConns", Text(sources.Listeners.Sum(l => l.Counters.Active))),
            ("CumConns", Text(sources.Listeners.Sum(l => l.Counters.Accepted))),
            ("CumReq", Text(sources.Listeners.Sum(l => l.Counters.Accepted))),
            ("MaxSslConns", "0"),
            ("CurrSslConns", "0"),
            ("CumSslConns", "0"),
            ("ConnRateLimit", "0"),
            ("SessRateLimit", "0"),
            ("SslRateLimit", "0"),
            ("node", Environment.MachineName),
            ("Stopping", sources.CanAccept() ? "0" : "1"),
            ("Listeners", Text(sources.Listeners.Count)),
            ("ActivePeers", "0"),
            ("ConnectedPeers", "0"),
            ("TotalBytesOut", Text(backends.Sum(b => b.Counters.BytesToClient))),
            ("Start_time_sec", Text(sources.Lifetime.StartedAt.ToUnixTimeSeconds())),
        ];
    }

    public string Write()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Read())
        {
            text.Append(name).Append(": ").Append(value).Append('\n');
        }

        return text.ToString();
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
