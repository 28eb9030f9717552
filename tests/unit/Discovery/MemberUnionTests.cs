using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.Health;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class MemberUnionTests
{
    private static readonly BackendOptions Cp1 = new() { Name = "cp1", Address = new BackendAddress("10.0.0.1", 6443), Weight = 7 };

    [Fact]
    public void ServersOfTheFile_ComeFirstAndStay() => Assert.Equal([Cp1], MemberUnion.Of([Cp1], [], []));

    [Fact]
    public void DiscoveredServerOfTheFile_KeepsItsOptions() =>
        Assert.Equal(["cp1", "10.0.0.2:6443"], Names(MemberUnion.Of([Cp1], [], [Members.At("10.0.0.1:6443", "node1"), Members.At("10.0.0.2:6443")])));

    [Fact]
    public void TwoSourcesWithOneServer_GiveOneBackend() =>
        Assert.Equal(["node2"], Names(MemberUnion.Of([], [], [Members.At("10.0.0.2:6443", "node2"), Members.At("10.0.0.2:6443")])));

    [Fact]
    public void DiscoveredNameThatIsTaken_GivesWayToTheAddress() =>
        Assert.Equal(["cp1", "10.0.0.2:6443"], Names(MemberUnion.Of([Cp1], [], [Members.At("10.0.0.2:6443", "cp1")])));

    [Fact]
    public void DiscoveredNameThatIsNone_GivesWayToTheAddress() =>
        Assert.Equal(["[2001:db8::2]:6443"], Names(MemberUnion.Of([], [], [Members.At("[2001:db8::2]:6443", "no name\n")])));

    [Fact]
    public void HostNameOfTheFileWithADiscoveredAddress_IsThatServer()
    {
        var named = new BackendOptions { Name = "cp3", Address = new BackendAddress("cp3.example.com", 6443) };
        var resolved = new Backend("pool", named, new HealthPolicy(1, 1, TimeSpan.Zero, TimeSpan.Zero)) { EndPoint = IPEndPoint.Parse("10.0.0.3:6443") };

        Assert.Equal(["cp3"], Names(MemberUnion.Of([named], [resolved], [Members.At("10.0.0.3:6443")])));
    }

    private static IEnumerable<string> Names(IEnumerable<BackendOptions> backends) => backends.Select(b => b.Name);
}
