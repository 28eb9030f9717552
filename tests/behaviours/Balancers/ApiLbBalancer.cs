using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Balancers;

/// <summary>apilb, with the YAML that docs/configuration.md describes.</summary>
internal sealed partial class ApiLbBalancer() : Balancer(ApiLb)
{
    private const string Binary = "APILB_BINARY";

    private static readonly Lazy<bool> Upgrades = new(() => Command.TryAsync(new ApiLbBalancer().Program, "upgrade", "--help").GetAwaiter().GetResult().Output.Contains("--deadline", StringComparison.Ordinal));

    public override IReadOnlyDictionary<Feature, string> Lacks => Upgrades.Value
        ? new Dictionary<Feature, string>()
        : new Dictionary<Feature, string> { [Feature.Upgrade] = "pending: this build has no `apilb upgrade`" };

    public override string Program => Environment.GetEnvironmentVariable(Binary) is { Length: > 0 } given ? given : Prerequisites.BuiltApiLb;

    public override string UnknownKey => "unknown_key: 1\n";

    public override string ConnectionsSeries => "apilb_connections";

    public override string ByteThread => "apilb-reactor";

    public override string ReloadSeries => "apilb_config_last_reload_successful";

    public override string ShortageSeries => "apilb_accept_pauses_total";

    public override int ChecksAtStart => 1;

    public override string Configuration(Setup setup, string folder) => $$"""
        listeners:
          clients:
            bind: [{{string.Join(", ", setup.Bind.Select(b => $"\"{b}\""))}}]
            protocol: {{(setup.Tls ? "tls" : "tcp")}}
            pool: servers
            firstFlightTimeout: {{Milliseconds(setup.FirstFlight)}}
            logConnections: {{(setup.LogsConnections ? "all" : "none")}}
        {{Lines("    ", RoutesOf(setup))}}
        {{Lines("    ", setup.ProxyFrom is { } from ? [$"proxyProtocol: {{ from: [{from}] }}"] : [])}}
        {{Lines("    ", setup.MaxConnectionsPerSource is { } most ? [Text($"limits: {{ maxConnectionsPerSource: {most} }}")] : [])}}
        pools:
          servers:
            balance: {{Word(setup.Policy)}}
        {{Lines("    ", MembersOf(setup))}}
        {{Lines("    ", SettingsOf(setup, folder))}}
        {{Lines("  ", setup.Routes.Values.SelectMany((member, i) => (string[])[Text($"routed-{i}:"), "  backends:", "    - " + Entry(member)]))}}
        admin: { socket: {{folder}}/admin.sock, listen: "127.0.0.1:8404" }
        stateDirectory: none
        shutdown: { grace: {{Milliseconds(setup.Grace)}} }
        {{Lines("", setup.MaxConnections is { } limit ? [Text($"limits: {{ maxConnections: {limit} }}")] : [])}}
        {{Lines("", setup.EtcdUrls.Count > 0 ? [$"etcd: {{ metricsUrls: [{string.Join(", ", setup.EtcdUrls)}], interval: 200ms }}"] : [])}}
        {{setup.Extra}}
        """;

    public override IReadOnlyList<string> Run(string configuration) => ["run", "--config", configuration];

    public override async Task UpgradeAsync(BalancerProcess process) => await Command.RunAsync(Program, "upgrade", "--socket", process.Folder + "/admin.sock");

    public override bool IsReady(string log) => log.Contains("is ready", StringComparison.Ordinal);

    public override async Task<IReadOnlyList<string>> EndingsAsync(BalancerProcess process)
    {
        var metrics = await process.MetricsAsync();
        return [.. Ended().Matches(metrics).SelectMany(m => Enumerable.Repeat(m.Groups["result"].Value, int.Parse(m.Groups["count"].Value, CultureInfo.InvariantCulture)))];
    }

    public override IReadOnlyList<string> LoggedEndings(string log) => [.. Logged().Matches(log).Select(m => m.Groups["result"].Value)];

    public override IReadOnlyList<string> WordsFor(CloseCause cause) => cause switch
    {
        CloseCause.HalfClosed => ["half_closed_timeout"],
        CloseCause.Idle => ["idle"],
        CloseCause.NoBackend => ["refused"],
        _ => ["limit_global"],
    };

    public override async Task<int> ReloadAsync(BalancerProcess process, string configuration) =>
        (await Command.TryAsync(Program, "reload", "--socket", process.Folder + "/admin.sock")).Code;

    public override IReadOnlyList<string> Complaints(string log) => [.. Complaint().Matches(log).Select(m => m.Groups["cause"].Value)];

    public override IReadOnlyList<(int Line, IReadOnlyList<string> Keys)> Faults(string log) =>
        [.. Fault().Matches(log).Select(m => (int.Parse(m.Groups["line"].Value, CultureInfo.InvariantCulture), (IReadOnlyList<string>)[m.Groups["key"].Value]))];

    private static string Word(Policy policy) => policy switch
    {
        Policy.RoundRobin => "round-robin",
        Policy.LeastConnections => "least-connections",
        Policy.SourceHash => "source-hash",
        _ => "random",
    };

    private static IEnumerable<string> RoutesOf(Setup setup) =>
        setup.Routes.Count == 0 ? [] : ["routes:", .. setup.Routes.Keys.Select((name, i) => Text($"  - {{ serverNames: {name}, pool: routed-{i} }}"))];

    private static IEnumerable<string> MembersOf(Setup setup) =>
        setup.DiscoveredName is { } name
            ? [Text($"discovery: {{ dns: {{ name: {name}, port: {setup.DiscoveredPort}, interval: 1s }} }}")]
            : ["backends:", .. setup.Backends.Select(member => "  - " + Entry(member))];

    private static string Entry(Member member) =>
        Text($"{{ name: {member.Name}, address: \"{member.Address}\", weight: {member.Weight}, backup: {(member.Backup ? "true" : "false")}") +
        (member.MaxConnections is { } most ? Text($", maxConnections: {most} }}") : " }");

    private static IEnumerable<string> SettingsOf(Setup setup, string folder)
    {
        yield return setup.Check is { } check
            ? Text($"health: {{ type: {(check.OfApiServer ? $"kube-apiserver, caFile: {folder}/{check.CaFile}" : "tcp")}, interval: {Milliseconds(check.Interval)}, timeout: {Milliseconds(check.Timeout)}, fall: {check.Fall}, rise: {check.Rise}, slowStart: {Milliseconds(check.SlowStart)} }}")
            : "health: { type: tcp, interval: 1h, fastInterval: 1h, slowStart: 0 }";
        yield return setup.SendsProxy ? "proxyProtocol: v1" : "";
        yield return Text($"connect: {{ timeout: {Milliseconds(setup.ConnectTimeout)}, totalTimeout: 5s }}");
        yield return Text($"queue: {{ timeout: {Milliseconds(setup.QueueTimeout)} }}");
        yield return Text($"timeouts: {{ drain: {Milliseconds(setup.Drain)}, halfClosed: {Milliseconds(setup.HalfClosed ?? TimeSpan.FromSeconds(60))}, idle: {Milliseconds(setup.Idle ?? TimeSpan.Zero)} }}");
    }

    private static string Lines(string indent, IEnumerable<string> lines) => string.Join('\n', lines.Select(line => indent + line));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("""^apilb_listener_connections_total\{listener="clients",result="(?<result>\w+)"\} (?<count>\d+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Ended();

    [GeneratedRegex(@"Listener clients: .* (?:served by \S+|not served): (?<result>\w+), ", RegexOptions.ExplicitCapture)]
    private static partial Regex Logged();

    [GeneratedRegex(@"backend (?<name>\S+) \w+ -> (?:Dead|NotReady): (?<cause>[^\n]*?)\. \d+ of", RegexOptions.ExplicitCapture)]
    private static partial Regex Complaint();

    // file:line:column: key.path[index]: what is wrong
    [GeneratedRegex(@"^(?:\S* )*\S*balancer\.conf:(?<line>\d+):\d+: (?:[\w-]+(?:\[\d+\])?\.)*(?<key>[\w-]+)(?:\[\d+\])?: ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fault();
}
