using System.Net;
using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Telemetry;

namespace ApiLb.Admin;

/// <summary>Reads the state of the daemon into one <see cref="DaemonStatus"/>. Thread-safe, takes no locks.</summary>
internal sealed class StatusReader(AdminSources sources, ReadinessService readiness, TrafficRateService rates, TimeProvider time)
{
    /// <summary>What <c>/lb/readyz</c> says, and why.</summary>
    public (bool IsReady, string Reason) Readiness => readiness.Current;

    public DaemonStatus Read()
    {
        var lifetime = sources.Metrics.Lifetime;
        return new DaemonStatus(
            ProcessLifetime.Version,
            Environment.ProcessId,
            Rounded(lifetime.StartedAt),
            Seconds(lifetime.Uptime),
            readiness.Current.IsReady,
            [.. sources.Listeners.Select(Read)],
            ReadPools())
        {
            MaxConnections = sources.MaxConnections(),
            Predecessors = sources.Predecessors(),
            Configuration = sources.Reloads is { } reloads
                ? new ConfigurationStatus(DateTimeOffset.FromUnixTimeSeconds(reloads.LoadedAt), reloads.HasFailed)
                : null,
            Etcd = sources.Etcd is { } etcd ? EtcdStatusReader.Read(etcd) : null,
        };
    }

    public IReadOnlyList<PoolStatus> ReadPools() => [.. sources.Pools.Select(Read)];

    public IReadOnlyList<BackendStatus> ReadBackends() => [.. sources.Pools.SelectMany(p => p.Snapshot.Backends, Read)];

    private ListenerStatus Read(AdminListener listener)
    {
        var counters = listener.Counters;
        var closes = Enum.GetValues<CloseReason>()
            .Where(r => counters.Closes(r) > 0)
            .ToDictionary(EnumLabel.Snake, counters.Closes);
        return new ListenerStatus(
            listener.Options.Name,
            [.. listener.Options.Bind.Select(Write)],
            EnumLabel.Kebab(listener.Options.Protocol),
            listener.Options.Pool,
            counters.Active,
            counters.Accepted,
            closes)
        {
            MaxConnections = listener.Options.Limits.MaxConnections,
            AcceptedPerSecond = Math.Round(rates.Of(counters), 2),
            Routes = [.. listener.Options.Routes.Select(Read)],
        };
    }

    private static RouteStatus Read(RouteOptions route) =>
        new(route.ServerNames, route.Pool) { Host = route.Host, Path = route.Path, Headers = route.Headers.Count > 0 ? route.Headers : null };

    private PoolStatus Read(BackendPool pool)
    {
        var snapshot = pool.Snapshot;
        return new PoolStatus(
            pool.Name,
            EnumLabel.Kebab(pool.Options.Balance),
            snapshot.IsFailingOpen,
            snapshot.ReadyCount,
            snapshot.Backends.Count,
            [.. snapshot.Backends.Select(b => Read(pool, b))])
        {
            Alarm = EnumLabel.Snake(snapshot.Alarm),
            Warnings = [.. PoolWarnings.Of(pool.Options, snapshot.Backends, time.GetUtcNow()).Select(w => w.Text)],
        };
    }

    public BackendStatus Read(BackendPool pool, Backend backend)
    {
        var health = backend.Health.Current;
        var now = time.GetUtcNow();
        var traffic = rates.Of(backend);
        var age = health.Status == HealthStatus.Unknown ? sources.Metrics.Lifetime.Uptime : pool.Now - health.Since;
        return new BackendStatus
        {
            Pool = pool.Name,
            Name = backend.Name,
            Address = backend.Options.Address.ToString(),
            Status = EnumLabel.Snake(health.Status),
            Mode = EnumLabel.Snake(backend.Mode),
            Cause = EnumLabel.Snake(health.Cause),
            Detail = health.Detail,
            Since = Rounded(now - age),
            SinceSeconds = Seconds(age),
            ModeOrder = backend.Mode == OperatorMode.Ready ? null : OrderStatus.Of(backend.ModeOrder.Terms, now),
            Weight = backend.Weight,
            ConfiguredWeight = backend.Options.Weight,
            WeightOrder = backend.WeightOrder is { Weight: not null } order ? OrderStatus.Of(order.Terms, now) : null,
            Backup = backend.Options.IsBackup,
            Active = backend.Counters.Active,
            Connections = backend.Counters.Connections,
            ConnectFailures = backend.Counters.ConnectFailures,
            Failovers = backend.Counters.Failovers,
            BytesToBackend = backend.Counters.BytesToBackend,
            BytesToClient = backend.Counters.BytesToClient,
            ConnectionsPerSecond = Math.Round(traffic.Connections, 2),
            BytesPerSecondToBackend = Math.Round(traffic.BytesToBackend),
            BytesPerSecondToClient = Math.Round(traffic.BytesToClient),
            FirstByteP50Seconds = backend.FirstByteSample.Percentile(0.5)?.TotalSeconds,
            FirstByteP99Seconds = backend.FirstByteSample.Percentile(0.99)?.TotalSeconds,
            LastProbe = backend.LastProbe is { } probe ? Read(probe, pool.Now) : null,
            Facts = backend.Facts is { } facts ? Read(facts) : null,
        };
    }

    public static ProbeStatus Read(ProbeResult probe, TimeSpan now) => new(
        EnumLabel.Snake(probe.Report.Cause),
        probe.Report.Detail,
        EnumLabel.Snake(probe.Layer),
        probe.StatusCode,
        Math.Round(probe.Duration.TotalSeconds, 6),
        Seconds(now - probe.At));

    private static FactsStatus Read(BackendFacts facts) => new()
    {
        Version = facts.Version,
        ClockOffsetSeconds = facts.ClockOffset is { } offset ? Seconds(offset) : null,
        CertificateNotBefore = facts.Certificate?.NotBefore,
        CertificateNotAfter = facts.Certificate?.NotAfter,
        CertificateIssuer = facts.Certificate?.Issuer,
        CertificateTrusted = facts.Certificate?.IsTrusted,
        CertificateCoversAddress = facts.Certificate?.CoversAddress,
        CertificateCoversEndpoint = facts.Certificate?.CoversEndpoint,
    };

    private static string Write(EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint ? $"unix:{endPoint}" : endPoint.ToString() ?? "";

    /// <summary>Milliseconds are precise enough for people and scripts.</summary>
    private static DateTimeOffset Rounded(DateTimeOffset moment) => moment.AddTicks(-(moment.Ticks % TimeSpan.TicksPerMillisecond));

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
