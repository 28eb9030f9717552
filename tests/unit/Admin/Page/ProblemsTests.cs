using ApiLb.Admin;
using ApiLb.Admin.Page;
using Xunit;

namespace ApiLb.UnitTests.Admin.Page;

public sealed class ProblemsTests
{
    private static readonly DateTimeOffset Ten = SamplePage.Now;

    [Fact]
    public void Well_HasNone() => Assert.Empty(Problems.Of(SamplePage.Well()));

    [Fact]
    public void DeadBackend_IsAnAlarmWithCauseAndTime() => Assert.Equal(
        ["Alarm cp2: dead, since 02:58:08: no answer, and nothing acknowledged, for 1.1 s"], Told(SamplePage.WithDeadBackend()));

    [Fact]
    public void BackendsWithTheSameCause_AreOneLine()
    {
        var page = Enumerable.Range(0, 20).Aggregate(SamplePage.Well(20), (p, i) => SamplePage.Change(p, i, SamplePage.Dead));

        Assert.Equal(["Alarm cp1, cp2, cp3, cp4, cp5 and 15 more: dead, the first since 02:58:08: no answer, and nothing acknowledged, for 1.1 s"], Told(page));
    }

    [Fact]
    public void QuorumLost_ComesBeforeWhatFollowsFromIt() => Assert.Equal(
        [
            "Alarm etcd: quorum lost: 1 of 3 voters answer, 2 must agree",
            "Alarm control-plane: nobody is ready, because of etcd: connections go on to all who are alive",
            "Warning etcd: member e2 is down: connection refused",
            "Warning etcd: member e3 is down: connection refused",
            "Warning cp1, cp2, cp3: not ready, the first since 03:01:30: HTTP 500: etcd failed, etcd-readiness failed",
        ],
        Told(SamplePage.WithoutQuorum()));

    [Fact]
    public void NoBackend_IsAnAlarm() => Assert.Equal(
        ["Alarm : This balancer is not ready for clients: no backend has been usable yet. A virtual IP leaves it.", "Alarm control-plane: has no backend yet"],
        Told(SamplePage.WithoutBackends()));

    [Theory]
    [InlineData("nobody_ready", "nobody is ready: connections go on to all who are alive")]
    [InlineData("nobody_alive", "nobody is alive: clients are reset")]
    [InlineData("nobody_usable", "nobody may be used: operators, weights or missing addresses leave nobody")]
    [InlineData("one_of_tomorrow", "one of tomorrow")]
    public void PoolAlarm_IsToldInWords(string alarm, string expected) =>
        Assert.Equal([$"Alarm control-plane: {expected}"], Told(OfPool(p => p with { Alarm = alarm })));

    [Fact]
    public void OrdersOfOperators_AreNotes()
    {
        var page = SamplePage.Change(SamplePage.Well(), 0, b => b with { Mode = "maint", Status = "dead", ModeOrder = new OrderStatus("alice", Ten.AddHours(-1), Ten.AddHours(1), 3_600) });
        page = SamplePage.Change(page, 1, b => b with { Weight = 0, WeightOrder = new OrderStatus("uid 0", Ten.AddDays(-1), null, null) });

        Assert.Equal(
            ["Note cp1: maint by operator, set by alice at 02:02, until 04:02", "Note cp2: weight 0 instead of 1 by operator, set by uid 0 at 2026-11-28 03:02"], Told(page));
    }

    [Theory]
    [InlineData("dead", "Alarm")]
    [InlineData("not_ready", "Warning")]
    [InlineData("suspect", "Warning")]
    [InlineData("draining", "Warning")]
    [InlineData("warming", "Note")]
    [InlineData("unknown", "Note")]
    public void State_HasItsSeverity(string status, string expected) =>
        Assert.StartsWith($"{expected} cp1: ", Assert.Single(Told(SamplePage.Change(SamplePage.Well(), 0, b => b with { Status = status }))), StringComparison.Ordinal);

    [Fact]
    public void WarningsOfThePool_AreWarnings() => Assert.Equal(["Warning : cp1: its clock is behind"], Told(OfPool(p => p with { Warnings = ["cp1: its clock is behind"] })));

    [Fact]
    public void FailedReload_IsAWarning() => Assert.Equal(
        ["Warning : The last reload failed: the file is not what runs. apilb check says why."],
        Told(OfDaemon(s => s with { Configuration = new ConfigurationStatus(Ten, LastReloadFailed: true) })));

    [Theory]
    [InlineData(541, false)]
    [InlineData(540, true)]
    public void FourFifthsOfTheLimit_IsAWarning(int most, bool expected) => Assert.Equal(expected, Told(OfDaemon(s => s with { MaxConnections = most })).Count > 0);

    [Fact]
    public void FullListener_IsAWarning() => Assert.Equal(
        ["Warning kube-apiserver: more than 80 % of its 440 connections are open"], Told(OfDaemon(s => s with { Listeners = [s.Listeners[0] with { MaxConnections = 440 }] })));

    [Fact]
    public void Shutdown_IsAWarningBecauseSomebodyWantedIt() => Assert.Equal(
        ["Warning : This balancer is not ready for clients: shutting down. A virtual IP leaves it."], Told(OfDaemon(s => s with { Ready = false }) with { Readiness = LoadBalancerReadiness.Stopping }));

    private static IReadOnlyList<string> Told(PageSnapshot page) => [.. Problems.Of(page).Select(p => $"{p.Severity} {p.Subject}: {p.Text}")];

    private static PageSnapshot OfPool(Func<PoolStatus, PoolStatus> change) => OfDaemon(s => s with { Pools = [change(s.Pools[0])] });

    private static PageSnapshot OfDaemon(Func<DaemonStatus, DaemonStatus> change)
    {
        var page = SamplePage.Well();
        return page with { Status = change(page.Status) };
    }
}
