using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Balancers;

/// <summary>HAProxy as somebody writes its configuration who knows it well and wants what these rows want.</summary>
internal sealed partial class HaProxyBalancer() : Balancer(HaProxy)
{
    public override IReadOnlyDictionary<Feature, string> Lacks { get; } = new Dictionary<Feature, string>
    {
        [Feature.Etcd] = "does not know etcd",
        [Feature.OwnClock] = "cannot be shown another clock: under libfaketime its timers stand still even without a jump",
        [Feature.Watchdog] = "tells systemd's watchdog nothing; it watches its own threads",
        [Feature.StatusText] = "tells systemd that it reloads and that it is ready, but has no line of status",
        [Feature.ReloadMetric] = "has no metric of it; `show proc` on the master's socket tells",
        [Feature.ShortageMetric] = "counts neither these pauses nor the clients that wait; its log has a line",
    };

    public override string Program => "/usr/sbin/haproxy";

    public override int ReloadSignal => Signal.User2;

    public override string ConnectionsSeries => "haproxy_frontend_current_sessions{proxy=\"clients\"}";

    public override int FinishSignal => Signal.User1;

    /// <summary>Its master executes itself again for each reload (management.txt, chapter 4), whatever the executable is by then.</summary>
    public override async Task UpgradeAsync(BalancerProcess process)
    {
        process.Send(Signal.User2);
        await process.SaysAsync("Reloading HAProxy");
    }

    // "redispatch 1": without it only the last retry goes elsewhere. "observe layer4": connects of clients that fail count as failed checks.
    public override string Configuration(Setup setup, string folder) => $$"""
        global
            log stdout format raw local0 {{(setup.LogsConnections ? "info" : "notice")}}
            nbthread 2
            maxconn {{setup.MaxConnections ?? ((setup.Descriptors - 100) / 2)}}
            stats socket {{folder}}/haproxy.sock mode 600 level admin expose-fd listeners
            hard-stop-after {{Milliseconds(setup.Grace)}}
        defaults
            mode tcp
            log global
            option tcplog
            option redispatch 1
            option clitcpka
            option srvtcpka
            retries 3
            timeout connect {{Milliseconds(setup.ConnectTimeout)}}
            timeout queue {{Milliseconds(setup.QueueTimeout)}}
            timeout check {{Milliseconds(setup.Check?.Timeout ?? TimeSpan.FromSeconds(1))}}
            timeout client {{Milliseconds(IdleOf(setup))}}
            timeout server {{Milliseconds(IdleOf(setup))}}
            timeout client-fin {{Milliseconds(setup.HalfClosed ?? TimeSpan.FromSeconds(60))}}
            timeout server-fin {{Milliseconds(setup.HalfClosed ?? TimeSpan.FromSeconds(60))}}
        {{NameService(setup)}}
        frontend clients
            clitcpka-idle 15s
            clitcpka-intvl 5s
            clitcpka-cnt 3
        {{Lines(setup.Bind.Select(b => $"bind {Address(b)} tcp-ut 30s"))}}
        {{Lines(Rules(setup))}}
            default_backend servers
        frontend metrics
            mode http
            bind 127.0.0.1:8404
            http-request use-service prometheus-exporter if { path /metrics }
        backend servers
            balance {{Word(setup.Policy)}}
            srvtcpka-idle 15s
            srvtcpka-intvl 5s
            srvtcpka-cnt 3
        {{Lines(setup.Check is { OfApiServer: true } ? ["option httpchk GET /readyz", "http-check expect status 200"] : [])}}
        {{Lines(setup.DiscoveredName is { } name ? [Text($"server-template s 1-8 {name}:{setup.DiscoveredPort} resolvers names init-addr none {Options(setup, folder)}")] : setup.Backends.Select(m => $"server {m.Name} {Address(m.Address)} {Options(setup, folder)}{Options(m)}"))}}
        {{string.Join('\n', setup.Routes.Values.Select((m, i) => Text($"backend routed-{i}\n    server {m.Name} {m.Address}")))}}
        {{setup.Extra}}

        """;

    public override Setup OnPassedSocket(Setup setup) => setup with { Bind = ["fd@3"] };

    public override IReadOnlyList<string> Run(string configuration) => ["-W", "-db", "-f", configuration];

    public override bool IsReady(string log) => log.Contains("Loading success", StringComparison.Ordinal);

    public override IReadOnlyList<string> LoggedEndings(string log) => [.. Ended().Matches(log).Select(m => m.Groups["state"].Value)];

    // configuration.txt, chapter 8.5: who ended it, and in which state. Its timeouts of both kinds are c or s, in D.
    public override IReadOnlyList<string> WordsFor(CloseCause cause) => cause switch
    {
        CloseCause.HalfClosed or CloseCause.Idle => ["cD", "sD"],
        CloseCause.NoBackend => ["SC"],
        _ => [],
    };

    /// <summary>As Debian's unit has it (ExecReload): the file is looked at first.</summary>
    public override async Task<int> ReloadAsync(BalancerProcess process, string configuration)
    {
        var (code, _, _) = await Command.TryAsync(Program, "-c", "-q", "-f", configuration);
        if (code == 0)
        {
            process.Send(ReloadSignal);
        }

        return code;
    }

    public override IReadOnlyList<string> Complaints(string log) => [.. Complaint().Matches(log).Select(m => m.Groups["cause"].Value)];

    private static TimeSpan IdleOf(Setup setup) => setup.Idle ?? TimeSpan.FromHours(24);

    private static string Word(Policy policy) => policy switch
    {
        Policy.RoundRobin => "roundrobin",
        Policy.LeastConnections => "leastconn",
        Policy.SourceHash => "source",
        _ => "random",
    };

    private static string Address(string address) => address switch
    {
        ['u', 'n', 'i', 'x', ':', .. var path] => "unix@" + path,
        ['[', ':', ':', ']', .. var port] => ":::" + port[1..] + " v4v6",
        _ => address,
    };

    private static IEnumerable<string> Rules(Setup setup)
    {
        if (setup.ProxyFrom is { } from)
        {
            yield return $"tcp-request connection expect-proxy layer4 if {{ src {from} }}";
            yield return $"tcp-request connection reject unless {{ src {from} }}";
        }

        if (setup.MaxConnectionsPerSource is { } most)
        {
            yield return "stick-table type ipv6 size 100k store conn_cur";
            yield return "tcp-request connection track-sc0 src";
            yield return Text($"tcp-request connection reject if {{ sc0_conn_cur gt {most} }}");
        }

        if (setup.Tls)
        {
            yield return $"tcp-request inspect-delay {Milliseconds(setup.FirstFlight)}";
            yield return "tcp-request content accept if { req.ssl_hello_type 1 }";
            yield return "tcp-request content reject";
        }

        foreach (var (name, i) in setup.Routes.Keys.Select((name, i) => (name, i)))
        {
            yield return Text($"use_backend routed-{i} if {{ req.ssl_sni -i {name} }}");
        }
    }

    private static string Options(Setup setup, string folder) => (setup.SendsProxy ? "send-proxy " : "") + ChecksOf(setup, folder);

    private static string ChecksOf(Setup setup, string folder) => setup.Check is { } check
        ? Text($"check inter {Milliseconds(check.Interval)} fall {check.Fall} rise {check.Rise} slowstart {Milliseconds(check.SlowStart)} observe layer4 error-limit 3 on-error fastinter on-marked-down shutdown-sessions tcp-ut 30s ") +
            (check.OfApiServer ? $"check-ssl verify required verifyhost kubernetes check-sni kubernetes ca-file {folder}/{check.CaFile}" : "")
        : "tcp-ut 30s";

    private static string Options(Member member) =>
        Text($" weight {member.Weight}{(member.Backup ? " backup" : "")}") + (member.MaxConnections is { } most ? Text($" maxconn {most}") : "");

    private static string NameService(Setup setup) => setup.DiscoveredName is null ? "" : """
        resolvers names
            nameserver local 127.0.0.53:53
            hold valid 1s
            hold nx 24h
            hold other 24h
            hold obsolete 0s
            hold refused 24h
            hold timeout 24h
            timeout resolve 1s
            timeout retry 1s
        """;

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => "    " + line));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // What option tcplog writes: client [date] frontend backend/server Tw/Tc/Tt bytes STATE counters
    [GeneratedRegex(@"\] clients \S+ -?\d+/-?\d+/\+?\d+ \+?\d+ (?<state>..) ", RegexOptions.ExplicitCapture)]
    private static partial Regex Ended();

    [GeneratedRegex(@"Server servers/\S+ is DOWN, reason: (?<cause>[^,]+(?:, code: \d+)?(?:, info: ""[^""]*"")?)", RegexOptions.ExplicitCapture)]
    private static partial Regex Complaint();
}
