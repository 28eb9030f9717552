using ApiLb.Admin;
using ApiLb.Admin.Page;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.UnitTests.Admin.Page;

/// <summary>Snapshots as a daemon would make them: well, and ailing in one way each.</summary>
internal static class SamplePage
{
    public static readonly DateTimeOffset Now = new(2026, 11, 29, 3, 2, 11, TimeSpan.Zero);

    private static readonly DateTimeOffset Start = Now - TimeSpan.FromHours(75);

    /// <summary>Three backends, etcd, all ready.</summary>
    public static PageSnapshot Well(int backends = 3)
    {
        var pool = new PoolStatus("control-plane", "least-connections", false, backends, backends, [.. Enumerable.Range(1, backends).Select(Backend)]);
        var open = pool.Backends.Sum(b => b.Active);
        var closes = new Dictionary<string, long> { ["client_eof"] = 8_120, ["backend_eof"] = 871, ["client_reset"] = 211 };
        return new PageSnapshot
        {
            Status = new DaemonStatus(
                "0.1.0", 4711, Start, (Now - Start).TotalSeconds, true,
                [new ListenerStatus("kube-apiserver", ["[::]:6443"], "tls", "control-plane", open, 18_204, closes) { AcceptedPerSecond = 12.4 }],
                [pool])
            {
                MaxConnections = 481_691,
                Configuration = new ConfigurationStatus(Now - TimeSpan.FromHours(5), false),
                Etcd = new EtcdStatus("held", 3, 3, 2, "1a", "e1", [], [.. Enumerable.Range(1, 3).Select(Member)]),
            },
            Host = "lb1",
            Readiness = "ok",
            Events =
            [
                Event(9, 11, "cp1", "state", "unknown -> ready: HTTP 200"),
                Event(8, 12, null, "discovery", "endpointslices: 3 members"),
            ],
            History = History(backends),
            Now = Now,
            Zone = TimeZoneInfo.Utc,
        };
    }

    /// <summary>One backend has died four minutes ago.</summary>
    public static PageSnapshot WithDeadBackend() => Change(Well(), 1, Dead) with
    {
        Events = [Event(10, 4, "cp2", "closed", "142 established connections closed: backend_dead"), Event(9, 4, "cp2", "state", "suspect -> dead, silent: no answer for 10 s"), .. Well().Events],
    };

    /// <summary>No quorum: every /readyz is red for that reason.</summary>
    public static PageSnapshot WithoutQuorum()
    {
        var page = Well();
        var pool = page.Status.Pools[0];
        BackendStatus[] backends = [.. pool.Backends.Select(b => b with { Status = "not_ready", Cause = "etcd_unready", Detail = "HTTP 500: etcd failed, etcd-readiness failed", SinceSeconds = 41, Since = Now.AddSeconds(-41), LastProbe = new ProbeStatus("etcd_unready", "HTTP 500", "l7", 500, 0.0061, 0.4) })];
        var etcd = page.Status.Etcd!;
        EtcdMemberStatus[] members = [etcd.Members[0] with { Leader = false, Healthy = false }, .. etcd.Members.Skip(1).Select(m => m with { Status = "down", Healthy = false, Leader = false, Cause = "refused", Detail = "connection refused", SinceSeconds = 44, DbSize = null, RaftLag = null })];
        EtcdAlarmStatus[] alarms =
        [
            new("quorum_lost", null, "quorum lost: 1 of 3 voters answer, 2 must agree"),
            new("member_down", "e2", "member e2 is down: connection refused"),
            new("member_down", "e3", "member e3 is down: connection refused"),
        ];
        return page with
        {
            Status = page.Status with
            {
                Pools = [pool with { Ready = 0, FailOpen = true, Alarm = "etcd_unready", Backends = backends }],
                Etcd = etcd with { Quorum = "lost", VotersUp = 1, Leader = null, LeaderId = null, Alarms = alarms, Members = members },
            },
            Events = [Event(10, 0, null, "alarm", "etcd_unready"), .. page.Events],
        };
    }

    /// <summary>The daemon has started before its cluster.</summary>
    public static PageSnapshot WithoutBackends()
    {
        var page = Well();
        return page with
        {
            Status = page.Status with { Ready = false, Pools = [new PoolStatus("control-plane", "least-connections", false, 0, 0, [])], Etcd = null, StartedAt = Now.AddSeconds(-8), UptimeSeconds = 8 },
            Readiness = "no backend has been usable yet",
            Events = [Event(1, 0, null, "discovery", "endpointslices: /etc/apilb/kubeconfig is not there yet")],
        };
    }

    /// <summary>Twenty backends, in every state that there is, with what operators said and what checks warn of.</summary>
    public static PageSnapshot Large()
    {
        var page = Well(20);
        page = Change(page, 3, Dead);
        page = Change(page, 4, Dead);
        page = Change(page, 5, b => b with { Status = "suspect", Cause = "first_byte_timeout", Detail = "no first byte within 250 ms", SinceSeconds = 1, Since = Now.AddSeconds(-1) });
        page = Change(page, 6, b => b with { Status = "draining", Cause = "shutting_down", Detail = "HTTP 500: shutdown failed", SinceSeconds = 12, Since = Now.AddSeconds(-12) });
        page = Change(page, 7, b => b with { Mode = "maint", ModeOrder = new OrderStatus("alice", Now.AddMinutes(-20), Now.AddMinutes(40), 2_400) });
        page = Change(page, 8, b => b with { Status = "warming", Cause = "passed", Detail = "HTTP 200", SinceSeconds = 9, Since = Now.AddSeconds(-9) });
        page = Change(page, 9, b => b with { Weight = 3, WeightOrder = new OrderStatus("uid 0", Now.AddDays(-1), null, null) });
        page = Change(page, 10, b => b with { Status = "unknown", Cause = "none", Detail = "", LastProbe = null, FirstByteP50Seconds = null, FirstByteP99Seconds = null });
        page = Change(page, 19, b => b with { Backup = true, Name = "a-backend-with-a-very-long-name-in-another-data-centre", Address = "[2001:db8:1234:5678:9abc:def0:1234:5678]:6443", Facts = b.Facts! with { CertificateNotAfter = Now.AddDays(12), CertificateCoversEndpoint = false, Version = "v1.29.4" } });
        var pool = page.Status.Pools[0];
        return page with
        {
            Status = page.Status with
            {
                Pools = [pool with { Ready = 13, Warnings = ["a-backend-with-a-very-long-name-in-another-data-centre: its certificate expires in 12 days (2026-12-11 03:02:11Z): kubeadm certs renew apiserver, then restart it"] }],
                Configuration = page.Status.Configuration! with { LastReloadFailed = true },
            },
        };
    }

    public static PageSnapshot Change(PageSnapshot page, int backend, Func<BackendStatus, BackendStatus> change)
    {
        var pool = page.Status.Pools[0];
        BackendStatus[] backends = [.. pool.Backends.Select((b, i) => i == backend ? change(b) : b)];
        var ready = backends.Count(b => b is { Status: "ready", Mode: "ready" });
        return page with { Status = page.Status with { Pools = [pool with { Backends = backends, Ready = ready }] } };
    }

    public static BackendStatus Dead(BackendStatus backend) => backend with
    {
        Status = "dead",
        Cause = "unacknowledged",
        Detail = "no answer, and nothing acknowledged, for 1.1 s",
        SinceSeconds = 243,
        Since = Now.AddSeconds(-243),
        Active = 0,
        ConnectionsPerSecond = 0,
        BytesPerSecondToBackend = 0,
        BytesPerSecondToClient = 0,
        ConnectFailures = 17,
        LastProbe = new ProbeStatus("connect_timeout", "no answer", "l4", null, 3.0, 0.2),
    };

    public static EventStatus Event(long id, double minutesAgo, string? backend, string kind, string text) =>
        new(id, Now.AddMinutes(-minutesAgo), "control-plane", backend, kind, text);

    private static BackendStatus Backend(int number) => new()
    {
        Pool = "control-plane",
        Name = $"cp{number}",
        Address = $"10.0.0.{10 + number}:6443",
        Status = "ready",
        Mode = "ready",
        Cause = "passed",
        Detail = "HTTP 200",
        Since = Start,
        SinceSeconds = (Now - Start).TotalSeconds,
        Weight = 1,
        Backup = false,
        Active = 130 + (7 * number),
        Connections = 6_000 + number,
        ConnectFailures = 0,
        Failovers = 0,
        BytesToBackend = 123_456_789L * number,
        BytesToClient = 9_876_543_210 / number,
        ConnectionsPerSecond = 4.2,
        BytesPerSecondToBackend = 51_234,
        BytesPerSecondToClient = 1_912_345,
        FirstByteP50Seconds = 0.0021,
        FirstByteP99Seconds = 0.0141,
        LastProbe = new ProbeStatus("passed", "HTTP 200", "l7", 200, 0.0043, 1.2),
        Facts = new FactsStatus
        {
            Version = "v1.31.2",
            ClockOffsetSeconds = 0.1,
            CertificateNotBefore = Start.AddDays(-100),
            CertificateNotAfter = Start.AddDays(265),
            CertificateIssuer = "CN=kubernetes",
            CertificateTrusted = true,
            CertificateCoversAddress = true,
            CertificateCoversEndpoint = true,
        },
    };

    private static EtcdMemberStatus Member(int number) => new()
    {
        Name = $"e{number}",
        Status = "up",
        SinceSeconds = (Now - Start).TotalSeconds,
        Cause = "passed",
        Detail = "",
        Leader = number == 1,
        Learner = false,
        Healthy = true,
        Version = "3.5.21",
        DbSize = 83_886_080,
        Quota = 2_147_483_648,
        RaftLag = 0,
    };

    /// <summary>Ten minutes in which connections come and go.</summary>
    private static TrafficHistory History(int backends)
    {
        var random = new Random(7);
        var pool = new BackendPool(
            new PoolOptions { Name = "control-plane", Health = new HealthOptions { Type = HealthCheckType.Tcp }, Backends = [.. Enumerable.Range(1, backends).Select(i => new BackendOptions { Name = $"cp{i}", Address = new BackendAddress("10.0.0.1", 6443) })] },
            TimeProvider.System, NullLogger<BackendPool>.Instance);
        var listener = new ListenerCounters("kube-apiserver");
        var history = new TrafficHistory([pool], () => [listener], TimeProvider.System);
        for (var i = 0; i < TrafficHistory.Points; i++)
        {
            foreach (var backend in pool.Snapshot.Backends)
            {
                Move(backend, random);
            }

            listener.ConnectionAccepted();
            history.Look();
        }

        return history;
    }

    private static void Move(Backend backend, Random random)
    {
        for (var come = random.Next(9); come > 0; come--)
        {
            _ = backend.TryEnter();
            backend.Counters.ConnectionServed();
            backend.FirstByteSample.Record(TimeSpan.FromMilliseconds(2 + (20 * Math.Pow(random.NextDouble(), 6))));
        }

        for (var go = random.Next(8); go > 0 && backend.Counters.Active > 0; go--)
        {
            backend.Leave();
        }
    }
}
