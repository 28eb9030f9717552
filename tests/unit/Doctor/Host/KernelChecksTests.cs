using System.Net;
using ApiLb.Configuration;
using ApiLb.Doctor;
using ApiLb.Doctor.Host;
using Xunit;

namespace ApiLb.UnitTests.Doctor.Host;

/// <summary>Descriptors, local ports, connection tracking, addresses.</summary>
public sealed class KernelChecksTests : IDisposable
{
    private readonly FakeProc _proc = new();

    public void Dispose() => _proc.Dispose();

    [Theory]
    [InlineData("1048576", null, "Ok the daemon may open 1,048,576 files, which carry 481,691 connections")]
    [InlineData("unlimited", null, "Ok")]
    [InlineData("1024", null, "Warning the daemon may open 1,024 files, which carry 240 connections: more clients are reset")]
    [InlineData("1024", 200, "Ok")]
    [InlineData("20000", 10_000, "Warning the daemon may open 20,000 files, which carry 9,188 connections, fewer than limits.maxConnections: more clients are reset")]
    public void Descriptors_OfTheDaemonCount(string hard, int? wanted, string expected)
    {
        _proc.With("4711/limits", $"Limit   Soft Limit   Hard Limit   Units\nMax open files            1024                 {hard}              files     \nMax nice   0  0");

        Assert.StartsWith(expected, Text(new DescriptorCheck(_proc.Files).Find(new LimitOptions { MaxConnections = wanted }, 4711)), StringComparison.Ordinal);
    }

    [Fact]
    public void DescriptorsOfThisShell_AreOnlyWorthANote()
    {
        _proc.With("self/limits", "Max open files            1024                 1024                 files     ");

        var finding = new DescriptorCheck(_proc.Files).Find(new LimitOptions(), daemon: null);

        Assert.Equal(Severity.Note, finding.Severity);
        Assert.Contains("LimitNOFILE=9000", finding.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void DescriptorsThatCannotBeRead_AreANote() => Assert.Equal(Severity.Note, new DescriptorCheck(_proc.Files).Find(new LimitOptions(), 4711).Severity);

    [Theory]
    [InlineData("32768\t60999", "", "Ok 28,232 local ports")]
    [InlineData("32768\t40000", "", "Warning 7,233 local ports")]
    [InlineData("1024\t65535", "6443", "Ok 64,511 local ports")]
    [InlineData("1024\t65535", "6000-7000", "Ok 63,511 local ports")]
    [InlineData("1024\t65535", "7000", "Ok 64,511 local ports|Warning port 6443 of a listener lies in the range of local ports (1024-65535)")]
    [InlineData("nonsense", "", "Note the range")]
    public void Ports_AreCountedAndMustNotTakeTheListeners(string range, string reserved, string expected)
    {
        _proc.With("sys/net/ipv4/ip_local_port_range", range).With("sys/net/ipv4/ip_local_reserved_ports", reserved);

        var findings = new PortRangeCheck(_proc.Files).Find([Listening.On("0.0.0.0:6443")]).Select(Text).ToArray();

        Assert.Equal(expected.Split('|').Length, findings.Length);
        Assert.All(findings.Zip(expected.Split('|')), pair => Assert.StartsWith(pair.Second, pair.First, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, "Ok")]
    [InlineData(699, "Ok")]
    [InlineData(700, "Warning")]
    [InlineData(900, "Error")]
    public void Conntrack_IsFullBeforeItIsFull(int count, string severity)
    {
        _proc.With("sys/net/netfilter/nf_conntrack_max", "1000").With("sys/net/netfilter/nf_conntrack_count", $"{count}");

        Assert.Equal(severity, $"{new ConntrackCheck(_proc.Files).Find().Severity}");
    }

    [Fact]
    public void WithoutConntrack_NothingIsFull() => Assert.Equal("Ok the kernel tracks no connections", Text(new ConntrackCheck(_proc.Files).Find()));

    [Theory]
    [InlineData("0.0.0.0:6443", "")]
    [InlineData("10.0.0.5:6443", "Ok 10.0.0.5 is on this host")]
    [InlineData("10.0.0.6:6443", "Note 10.0.0.6 is not on this host now")]
    public void Vip_MayBeElsewhere(string bind, string expected)
    {
        var options = new ApiLbOptions { Listeners = [Listening.On(bind)], Pools = [], Admin = new AdminOptions { Listen = null } };

        Assert.StartsWith(expected, string.Join('\n', LocalAddressCheck.Find(options, Local()).Select(Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void AdminAddress_MayNot()
    {
        var options = new ApiLbOptions { Listeners = [], Pools = [], Admin = new AdminOptions { Listen = IPEndPoint.Parse("10.0.0.6:8404") } };

        Assert.StartsWith("Error 10.0.0.6 of admin.listen", Text(Assert.Single(LocalAddressCheck.Find(options, Local()))), StringComparison.Ordinal);
    }

    private static HashSet<IPAddress> Local() => [IPAddress.Parse("10.0.0.5")];

    private static string Text(Finding finding) => $"{finding.Severity} {finding.Text}";
}
