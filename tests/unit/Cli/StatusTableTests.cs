using ApiLb.Admin;
using ApiLb.Cli;
using Xunit;

namespace ApiLb.UnitTests.Cli;

public sealed class StatusTableTests
{
    /// <summary>By the clock of this host, wherever it is.</summary>
    private static readonly DateTimeOffset Noon = new(new DateTime(2026, 11, 20, 12, 0, 0, DateTimeKind.Local));

    private static readonly DateTimeOffset Since = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Pipe_IsPlainAndAligned()
    {
        var expected = """
            apilb 0.1.0  pid 4711  up 3h12m  ready  412 of 6,125 connections

            LISTENER        BIND       PROTOCOL  POOL                OPEN   RATE  ACCEPTED
            kube-apiserver  [::]:6443  tls       control-plane  412/5,000  4.2/s    18,204

            control-plane  1/2 ready, least-connections
            BACKEND       ADDRESS         STATE         SINCE  WEIGHT  OPEN   RATE  SERVED  FAILED       IN      OUT     P50    P99  LAST CHECK
            cp1 x3        10.0.0.11:6443  drain, ready  3h12m       3   412  4.2/s   9,102       0  118 MiB  9.2 GiB  2.1 ms  14 ms  200 in 4.3 ms
            cp2 (backup)  10.0.0.12:6443  dead            12s       1     0    0/s   9,102      17  118 MiB  9.2 GiB       -      -  L4 refused
            total                                                       412  4.2/s  18,204      17  235 MiB   18 GiB
              cp1 drain by operator since 2026-11-20 12:00, ends in 8m00s, set by uid 0
              cp1 weight 3 (configured 1) by operator since 2026-11-20 12:00, set by uid 0
              cp2 dead: connection refused

            """;

        Assert.Equal(expected, Draw(10_000, hasColours: false));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Terminal_FitsItsWidth(int width) => Assert.All(Draw(width, hasColours: false).Split('\n'), line => Assert.InRange(line.Length, 0, width));

    [Fact]
    public void Colours_MarkTheStateAndNothingFromTheDaemonIsMarkup()
    {
        var text = Draw(120, hasColours: true, detail: "[red]not markup[/]");

        Assert.Contains("\u001b[91mdead", text, StringComparison.Ordinal);
        Assert.Contains("[red]not markup[/]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Warnings_StandBelowTheTableAsTheyAre() =>
        Assert.Contains(
            "  cp2 dead: connection refused\n  warning: cp1: [red]its clock[/] is 5 s ahead\n",
            Draw(10_000, hasColours: false, warnings: ["cp1: [red]its clock[/] is 5 s ahead"]),
            StringComparison.Ordinal);

    [Fact]
    public void HealthyEtcd_IsOneLine() => Assert.Equal("etcd  quorum, 2/3 voters up, leader e1\n", DrawEtcd([]));

    [Fact]
    public void AilingEtcd_ShowsItsMembersAndWhatIsWrong()
    {
        var expected = """
            etcd  quorum, 2/3 voters up, leader e1
            MEMBER  STATE  SINCE  ROLE    VERSION  DB      LAG
            e1      up     3h12m  leader  3.4.23   20 KiB  0
            e2      down   12s    -       3.4.23   -       -
              member e2 is down: connection refused

            """;

        Assert.Equal(expected, DrawEtcd([new EtcdAlarmStatus("member_down", "e2", "member e2 is down: connection refused")]));
    }

    private static string DrawEtcd(IReadOnlyList<EtcdAlarmStatus> alarms)
    {
        EtcdMemberStatus up = new()
        {
            Name = "e1",
            Status = "up",
            SinceSeconds = 11_520,
            Cause = "passed",
            Detail = "",
            Leader = true,
            Learner = false,
            Healthy = true,
            Version = "3.4.23",
            DbSize = 20_480,
            RaftLag = 0,
        };
        var down = up with { Name = "e2", Status = "down", SinceSeconds = 12, Leader = false, Healthy = false, DbSize = null, RaftLag = null };
        using var text = new StringWriter();
        new EtcdStatusView(Terminal.NewConsole(text, 120, hasColours: false)).Draw(new EtcdStatus("held", 3, 2, 2, "e0", "e1", alarms, [up, down]));
        return string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd()));
    }

    private static string Draw(int width, bool hasColours, string detail = "connection refused", params string[] warnings)
    {
        var ready = NewBackend("cp1", "10.0.0.11:6443", "ready") with
        {
            Mode = "drain",
            ModeOrder = new OrderStatus("uid 0", Noon, Noon.AddHours(1), 480),
            Weight = 3,
            WeightOrder = new OrderStatus("uid 0", Noon, null, null),
            Active = 412,
            ConnectionsPerSecond = 4.2,
            FirstByteP50Seconds = 0.0021,
            FirstByteP99Seconds = 0.0141,
            LastProbe = new ProbeStatus("passed", "HTTP 200", "l7", 200, 0.0043, 1),
            SinceSeconds = 11_520,
        };
        var dead = NewBackend("cp2", "10.0.0.12:6443", "dead") with
        {
            Backup = true,
            ConnectFailures = 17,
            Detail = detail,
            LastProbe = new ProbeStatus("refused", detail, "l4", null, 0.0004, 1),
        };
        var listener = new ListenerStatus("kube-apiserver", ["[::]:6443"], "tls", "control-plane", 412, 18_204, new Dictionary<string, long>()) { MaxConnections = 5_000, AcceptedPerSecond = 4.2 };
        var pool = new PoolStatus("control-plane", "least-connections", false, 1, 2, [ready, dead]) { Warnings = warnings };
        var status = new DaemonStatus("0.1.0", 4711, Since, 11_520, true, [listener], [pool]) { MaxConnections = 6_125 };
        using var text = new StringWriter();
        new StatusTable(Terminal.NewConsole(text, width, hasColours)).Draw(status);
        return string.Join('\n', text.ToString().Split('\n').Select(l => l.TrimEnd()));
    }

    private static BackendStatus NewBackend(string name, string address, string status) => new()
    {
        Name = name,
        Address = address,
        Status = status,
        Mode = "ready",
        Cause = "passed",
        Detail = "HTTP 200",
        Since = Since,
        SinceSeconds = 12,
        Weight = 1,
        Backup = false,
        Active = 0,
        Connections = 9_102,
        ConnectFailures = 0,
        Failovers = 0,
        BytesToBackend = 123_456_789,
        BytesToClient = 9_876_543_210,
    };
}
