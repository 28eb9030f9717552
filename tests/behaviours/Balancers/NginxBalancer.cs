using System.Globalization;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Balancers;

/// <summary>nginx with its stream module.</summary>
internal sealed class NginxBalancer() : Balancer(Nginx)
{
    public override IReadOnlyDictionary<Feature, string> Lacks { get; } = new Dictionary<Feature, string>
    {
        [Feature.Checks] = "makes no checks of its own",
        [Feature.Queue] = "has no queue for full servers",
        [Feature.HalfClosedTimeout] = "has no timeout for half-closed connections apart from the idle one",
        [Feature.Metrics] = "has no metrics of streams",
        [Feature.Etcd] = "does not know etcd",
        [Feature.Watchdog] = "tells systemd's watchdog nothing",
        [Feature.StatusText] = "tells systemd nothing",
        [Feature.ReloadMetric] = "has no metrics of streams",
        [Feature.ShortageMetric] = "has no metrics of streams",
        [Feature.DnsRefresh] = "resolves the names of an upstream only when it reads its configuration",
        [Feature.Upgrade] = "upgrades on the fly only as a daemon, not in the foreground, where this suite and systemd's Type=simple run it",
    };

    public override string Program => "/usr/sbin/nginx";

    public override string UnknownKey => "unknown_key 1;\n";

    public override int FinishSignal => Signal.Quit;

    public override string Configuration(Setup setup, string folder) => $$"""
        load_module /usr/lib/nginx/modules/ngx_stream_module.so;
        daemon off;
        user root;
        env FAKETIME_TIMESTAMP_FILE; env FAKETIME_NO_CACHE; env DONT_FAKE_MONOTONIC; env FAKETIME_DONT_FAKE_MONOTONIC;
        worker_processes 1;
        pid {{folder}}/nginx.pid;
        error_log stderr notice;
        worker_shutdown_timeout {{Milliseconds(setup.Grace)}};
        events { worker_connections {{(setup.MaxConnections is { } most ? (2 * most) + 3 : 18000)}}; }
        stream {
          log_format ending 'ended $time_iso8601 $remote_addr $status';
          access_log {{(setup.LogsConnections ? "/dev/stdout ending" : "off")}};
          limit_conn_zone $binary_remote_addr zone=sources:1m;
          upstream servers {
            zone servers 64k;
            {{Word(setup.Policy)}}
            {{string.Join("\n    ", setup.Backends.Select(Entry))}}
          }
          {{string.Join('\n', setup.Routes.Values.Select((m, i) => Text($"upstream routed{i} {{ server {m.Address}; }}")))}}
          upstream nowhere { server 127.0.0.1:9; }
          geo $realip_remote_addr $trusted { default nowhere; {{setup.ProxyFrom ?? "127.0.0.1"}} servers; }
          map $ssl_preread_server_name $chosen {
            default servers;
            {{string.Join(' ', setup.Routes.Keys.Select((name, i) => Text($"{name} routed{i};")))}}
          }
          server {
            {{string.Join("\n    ", setup.Bind.Select(b => $"listen {Address(b)}{(setup.ProxyFrom is null ? "" : " proxy_protocol")}{Options(b)};"))}}
            {{(setup.ProxyFrom is { } from ? $"set_real_ip_from {from}; proxy_protocol_timeout {Milliseconds(setup.FirstFlight)};" : "")}}
            {{(setup.MaxConnectionsPerSource is { } limit ? Text($"limit_conn sources {limit};") : "")}}
            {{(setup.Tls ? $"ssl_preread on; preread_timeout {Milliseconds(setup.FirstFlight)};" : "")}}
            proxy_pass {{(setup.Routes.Count > 0 ? "$chosen" : setup.ProxyFrom is null ? "servers" : "$trusted")}};
            proxy_connect_timeout {{Milliseconds(setup.ConnectTimeout)}};
            proxy_next_upstream_timeout 5s;
            proxy_timeout {{Milliseconds(setup.Idle ?? TimeSpan.FromHours(24))}};
            proxy_half_close on;
            {{(setup.SendsProxy ? "proxy_protocol on;" : "")}}
            proxy_socket_keepalive on;
          }
          {{setup.Extra}}
        }

        """;

    public override IReadOnlyList<string> Run(string configuration) => ["-c", configuration];

    public override bool IsReady(string log) => log.Contains("start worker process ", StringComparison.Ordinal);

    public override IReadOnlyList<string> LoggedEndings(string log) =>
        [.. log.Split('\n').Where(line => line.StartsWith("ended ", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1])];

    // 200 is any end of a connection that was served.
    public override IReadOnlyList<string> WordsFor(CloseCause cause) => cause == CloseCause.NoBackend ? ["502"] : [];

    public override async Task<int> ReloadAsync(BalancerProcess process, string configuration) =>
        (await Command.TryAsync(Program, "-c", configuration, "-s", "reload")).Code;

    private static string Word(Policy policy) => policy switch
    {
        Policy.RoundRobin => "",
        Policy.LeastConnections => "least_conn;",
        Policy.SourceHash => "hash $remote_addr consistent;",
        _ => "random;",
    };

    private static string Address(string address) => address.StartsWith("[::]", StringComparison.Ordinal) ? address + " ipv6only=off" : address;

    private static string Options(string address) => address.StartsWith("unix:", StringComparison.Ordinal) ? "" : " so_keepalive=15s:5s:3 backlog=4096";

    private static string Entry(Member member) =>
        Text($"server {member.Address} weight={member.Weight}{(member.Backup ? " backup" : "")}") + (member.MaxConnections is { } most ? Text($" max_conns={most};") : ";");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
