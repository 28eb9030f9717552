using ApiLb.Doctor;
using ApiLb.Doctor.Host;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Doctor.Host;

public sealed class ListenerPortCheckTests : IDisposable
{
    private const string Header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

    private readonly FakeProc _proc = new();

    public void Dispose() => _proc.Dispose();

    [Fact]
    public void FreeAddress_IsGood() => Assert.Equal("Ok 0.0.0.0:6443 of listener api is free", Find("0.0.0.0:6443"));

    [Fact]
    public void FreeAddressOfARunningDaemon_IsAnother() =>
        Assert.StartsWith("Error nobody listens on 0.0.0.0:6443, though the daemon runs", Find("0.0.0.0:6443", daemon: 4711), StringComparison.Ordinal);

    [Theory]
    [InlineData("0100007F:192B", "127.0.0.1:6443")]
    [InlineData("0100007F:192B", "0.0.0.0:6443")]
    [InlineData("00000000:192B", "127.0.0.1:6443")]
    public void Holder_IsNamed(string held, string bind)
    {
        _proc.With("net/tcp", $"{Header}\n{Line(held, "0A", 99)}").WithProcess(812, "haproxy", 98, 99);

        Assert.Contains("is held by haproxy (pid 812): ApiLb cannot listen there", Find(bind), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00000000000000000000000000000000:192B")]
    [InlineData("00000000000000000000000001000000:192B")]
    public void HolderOfAnIPv6Socket_IsNamed(string held)
    {
        _proc.With("net/tcp6", $"{Header}\n{Line(held, "0A", 99)}").WithProcess(812, "nginx", 99);

        Assert.Contains("is held by nginx (pid 812)", Find("[::]:6443"), StringComparison.Ordinal);
    }

    [Fact]
    public void Daemon_HoldsItRightly()
    {
        _proc.With("net/tcp", $"{Header}\n{Line("00000000:192B", "0A", 99)}").WithProcess(4711, "apilb", 99);

        Assert.Equal("Ok 0.0.0.0:6443 of listener api is held by apilb (pid 4711)", Find("0.0.0.0:6443", daemon: 4711));
    }

    [Fact]
    public void HolderThatCannotBeSeen_IsLeftOpen()
    {
        _proc.With("net/tcp", $"{Header}\n{Line("00000000:192B", "0A", 99)}");

        Assert.StartsWith("Note 0.0.0.0:6443 of listener api is held by a process that only root sees", Find("0.0.0.0:6443"), StringComparison.Ordinal);
    }

    [Fact]
    public void Apiserver_HasItsOwnRemedy()
    {
        _proc.With("net/tcp", $"{Header}\n{Line("00000000:192B", "0A", 99)}").WithProcess(1, "kube-apiserver", 99);

        Assert.Contains("bind to the VIP only", Run("10.0.0.5:6443", null).Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0100007F:192B", "01")]
    [InlineData("0100007F:192C", "0A")]
    [InlineData("0200007F:192B", "0A")]
    public void OtherSockets_AreNotInTheWay(string held, string state)
    {
        _proc.With("net/tcp", $"{Header}\n{Line(held, state, 99)}").WithProcess(812, "haproxy", 99);

        Assert.StartsWith("Ok", Find("127.0.0.1:6443"), StringComparison.Ordinal);
    }

    [Fact]
    public void AnyText_IsReadWithoutAnException() =>
        Prop.ForAll<string?>(text => ListeningSocket.Parse((text ?? "") + "\n" + Line(text ?? "", "0A", 1)).ToArray().Length <= 2).QuickCheckThrowOnFailure();

    private static string Line(string address, string state, long inode) =>
        $"   0: {address} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0000000000000000 100 0 0 10 0";

    private string Find(string bind, int? daemon = null)
    {
        var finding = Run(bind, daemon);
        return $"{finding.Severity} {finding.Text}";
    }

    private Finding Run(string bind, int? daemon) => Assert.Single(new ListenerPortCheck(_proc.Files).Find([Listening.On(bind)], daemon));
}
