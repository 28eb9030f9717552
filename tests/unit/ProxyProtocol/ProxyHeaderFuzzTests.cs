using ApiLb.Benchmarks;
using Xunit;

namespace ApiLb.UnitTests.ProxyProtocol;

public sealed class ProxyHeaderFuzzTests
{
    /// <summary>Ten million: the benchmarks' verb <c>fuzz --parser proxy</c>.</summary>
    private const int Inputs = 100_000;

    [Fact]
    public void MutatedHeaders_AreAnsweredTheSameHoweverTheyAreCut()
    {
        var (complete, incomplete, invalid) = ProxyHeaderFuzz.Run(Inputs, seed: 20261120);

        Assert.Equal(Inputs, complete + incomplete + invalid);
        Assert.All([complete, incomplete, invalid], count => Assert.InRange(count, Inputs / 10, Inputs));
    }
}
