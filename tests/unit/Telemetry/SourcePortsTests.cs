using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Telemetry;
using ApiLb.UnitTests.Systemd;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class SourcePortsTests
{
    private readonly FakeTime _time = new();
    private readonly CountingLogger<SourcePortService> _log = new();
    private readonly BackendPool _pool;

    public SourcePortsTests() => _pool = Observed.Pool(_time, "cp1", "cp2");

    [Theory]
    [InlineData("32768\t60999\n", "\n", 28_232)]
    [InlineData("32768 60999", "", 28_232)]
    [InlineData("32768 60999", "35000", 28_231)]
    [InlineData("32768 60999", "1-32768,40000-40099,60999-65535", 28_130)]
    [InlineData("32768 60999", "1024,65000", 28_232)]
    [InlineData("1024 1024", "1024", 1)]
    [InlineData("nonsense", "", null)]
    public void Range_IsCountedWithoutReservedPorts(string range, string reserved, int? count) =>
        Assert.Equal(count, LocalPorts.Count(range, reserved));

    [Fact]
    public void ThisKernel_SaysHowManyThereAre() => Assert.InRange(LocalPorts.Count() ?? 0, 1, 65_536);

    [Fact]
    public void Ratio_IsOfTheAddressNotOfThePool()
    {
        var sharing = Observed.Pool("konnectivity", _time, "cp1", "elsewhere");
        Open(_pool.At(0), 10);
        Open(sharing.At(0), 20);
        Open(_pool.At(1), 0);

        var used = new SourcePorts([_pool, sharing], () => 100).Used().ToDictionary(u => u.Backend.ToString(), u => u.Ratio);

        Assert.Equal(
            new Dictionary<string, double> { ["control-plane/cp1"] = 0.3, ["konnectivity/cp1"] = 0.3, ["control-plane/cp2"] = 0, ["konnectivity/elsewhere"] = 0 },
            used);
    }

    [Fact]
    public void UnixSocketsAndUnknownRanges_HaveNoRatio()
    {
        _pool.At(0).EndPoint = new UnixDomainSocketEndPoint("/run/cp1.sock");
        _pool.At(1).EndPoint = null;

        Assert.Empty(new SourcePorts([_pool], () => 100).Used());
        Assert.Empty(new SourcePorts([Observed.Pool(_time, "cp3")], () => null).Used());
    }

    [Fact]
    public void Warning_ComesOnceAndAgainAfterPlenty()
    {
        SourcePortService service = new(new SourcePorts([_pool], () => 10), _time, _log);
        foreach (var (change, expected) in ((int, int)[])[(8, 0), (1, 1), (0, 1), (-2, 1), (2, 1), (-3, 1), (3, 2)])
        {
            Open(_pool.At(0), change);
            service.Check();
            Assert.Equal(expected, _log.Lines);
        }
    }

    private static void Open(Backend backend, int change)
    {
        for (var i = 0; i < Math.Abs(change); i++)
        {
            if (change > 0)
            {
                backend.TryEnter();
            }
            else
            {
                backend.Leave();
            }
        }
    }
}
