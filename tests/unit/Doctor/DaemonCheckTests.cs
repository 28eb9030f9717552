using ApiLb.Admin;
using ApiLb.Doctor;
using Xunit;

namespace ApiLb.UnitTests.Doctor;

public sealed class DaemonCheckTests
{
    private static readonly PoolStatus Pool = new("control-plane", "least-connections", FailOpen: false, Ready: 3, Total: 3, Backends: []);

    [Fact]
    public void ReadyDaemon_IsGood() => Assert.Equal("Ok runs as pid 4711, version 0.1.0, and is ready", Find(Running(Pool)));

    [Fact]
    public void DaemonThatIsNotReady_IsAnError() =>
        Assert.StartsWith("Error runs as pid 4711 and is not ready", Find(Running(Pool) with { Ready = false }), StringComparison.Ordinal);

    [Fact]
    public void Alarm_IsAnError() =>
        Assert.Contains("Error pool control-plane has raised the alarm nobody_alive", Find(Running(Pool with { Alarm = "nobody_alive", FailOpen = true })), StringComparison.Ordinal);

    [Fact]
    public void FailingOpen_IsAWarning() => Assert.Contains("Warning pool control-plane: nobody is ready", Find(Running(Pool with { FailOpen = true })), StringComparison.Ordinal);

    [Fact]
    public void NoDaemon_SaysWhatToDo()
    {
        var finding = Assert.Single(DaemonCheck.Find(new DaemonPresence { Problem = "does not run", Remedy = "start it" }));

        Assert.Equal(Finding.Warning("daemon", "does not run", "start it"), finding);
    }

    [Fact]
    public void DaemonWithoutASocket_CannotBeAsked() => Assert.Equal(Severity.Note, Assert.Single(DaemonCheck.Find(new DaemonPresence())).Severity);

    private static DaemonStatus Running(PoolStatus pool) => new("0.1.0", 4711, DateTimeOffset.UnixEpoch, 60, Ready: true, [], [pool]);

    private static string Find(DaemonStatus status) =>
        string.Join('\n', DaemonCheck.Find(new DaemonPresence { Status = status }).Select(f => $"{f.Severity} {f.Text}"));
}
