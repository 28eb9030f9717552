using System.Text;
using System.Text.RegularExpressions;
using ApiLb.Admission;
using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Etcd;
using ApiLb.ProxyProtocol;
using ApiLb.Telemetry;
using ApiLb.Telemetry.Otlp;
using ApiLb.UnitTests.Etcd;
using ApiLb.Upgrade;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

/// <summary>docs/metrics.md lists what a scrape has: every metric, its type and its labels, and nothing else.</summary>
public sealed partial class MetricsDocumentTests
{
    private static readonly ListenerOptions LimitedListener = new()
    {
        Name = "l",
        Bind = [],
        Protocol = ListenerProtocol.Tcp,
        Pool = "control-plane",
        Limits = new ListenerLimitOptions { MaxConnections = 1, MaxConnectionsPerSource = 1 },
    };

    [Fact]
    public async Task Document_ListsExactlyWhatIsServed()
    {
        var documented = DocumentRow().Matches(await File.ReadAllTextAsync(DocumentPath()))
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value} {Sorted(m.Groups["labels"].Value)}").Order(StringComparer.Ordinal);

        Assert.Equal(await ServedAsync(), documented);
    }

    private static EtcdSnapshot Etcd { get; } = EtcdAssessment.Assess(
        [Seen.Member(0).After(EtcdObservation.Of(Seen.Reading(0)), TimeSpan.Zero)], EtcdQuorum.Unknown);

    private static async Task<IEnumerable<string>> ServedAsync()
    {
        var pool = Observed.Pool(TimeProvider.System, "cp1", "cp2");
        BackendPool discovering = new(
            pool.Options with { Name = "discovering", Discovery = new DiscoveryOptions { Dns = new DnsDiscoveryOptions { Name = "apiservers" } } },
            TimeProvider.System,
            NullLogger<BackendPool>.Instance);
        var listener = new ListenerCounters("l");
        using var predecessors = new Predecessors();
        using var metrics = new DaemonMetrics([pool, discovering], [listener], TimeProvider.System, () => Etcd);
        ConnectionLimit limit = new(1);
        metrics.Observe(meter => AdmissionInstruments.AddTo(meter, limit, [new ListenerAdmission(LimitedListener, limit, TimeProvider.System)], () => 0));
        metrics.Observe(new ReloadCounters(TimeProvider.System).AddTo);
        metrics.Observe(new OtlpCounters().AddTo);
        metrics.Observe(meter => BalanceInstruments.AddTo(meter, [pool]));
        metrics.Observe(predecessors.AddTo);
        RouteCounters route = new("web", "default", "control-plane");
        route.Begun();
        route.Begun();
        route.Ended(502, RequestFailure.Connect);
        HttpMetrics http = new(metrics, [listener]) { Routes = [route] };
        listener.BadRequestSeen("400");
        listener.ClientFaultSeen(0);
        http.Ended(route, TimeSpan.FromSeconds(1));
        metrics.Connections.Connected(pool.At(0), TimeSpan.FromSeconds(1));
        metrics.Connections.FirstByte(pool.At(0), TimeSpan.FromSeconds(1));
        metrics.Connections.Closed(pool.At(0), TimeSpan.FromSeconds(1));
        pool.Pass(0);
        pool.Pass(1);
        var certificate = new CertificateFacts(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "CN=kubernetes", true) { CoversEndpoint = true };
        pool.At(0).Facts = new BackendFacts { Certificate = certificate, Version = "v1.31.2", ClockOffset = TimeSpan.Zero };
        listener.ProxyHeaderRefused(ProxyHeaderFault.NotProxy);
        var text = Encoding.UTF8.GetString(await metrics.ScrapeAsync(CancellationToken.None));
        return ServedType().Matches(text)
            .Select(m => $"{m.Groups["name"].Value} {m.Groups["type"].Value} {LabelsOf(m.Groups["name"].Value, text)}").Order(StringComparer.Ordinal);
    }

    private static string LabelsOf(string metric, string text)
    {
        var sample = Regex.Match(text, $"^{metric}(_count)?({{(?<labels>.*)}})? ", RegexOptions.Multiline | RegexOptions.ExplicitCapture);
        return Sorted(string.Join(' ', LabelName().Matches(sample.Groups["labels"].Value).Select(m => m.Groups["label"].Value)));
    }

    private static string Sorted(string labels) =>
        string.Join(' ', labels.Split([' ', ',', '`'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));

    private static string DocumentPath()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ApiLb.sln")))
        {
            directory = directory.Parent;
        }

        return Path.Combine(directory?.FullName ?? throw new InvalidOperationException("ApiLb.sln is not above the tests"), "docs", "metrics.md");
    }

    [GeneratedRegex(@"^\| `(?<name>[a-z_]+)` \| (?<type>[a-z]+) \|(?<labels>[^|]*)\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex DocumentRow();

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) (?<type>[a-z]+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex ServedType();

    [GeneratedRegex("(?<label>[a-z]+)=\"", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelName();
}
