using ApiLb.Fuzzing;
using ApiLb.ProxyProtocol;
using Xunit;

namespace ApiLb.UnitTests.ProxyProtocol;

public sealed class ProxyHeaderFuzzTests
{
    /// <summary>By the million: the benchmarks' verb <c>fuzz --parser proxy-header</c>.</summary>
    private const int Inputs = 100_000;

    [Fact]
    public void MutatedHeaders_AreAnsweredTheSameHoweverTheyAreCut()
    {
        var random = new Random(20261120);
        var tally = new int[3];
        for (var i = 0; i < Inputs; i++)
        {
            Span<byte> buffer = new byte[2 * ProxyHeaderParser.MaxLength];
            tally[(int)ProxyHeaderFuzz.StatusOfOne(random, buffer)]++;
        }

        Assert.All(tally, count => Assert.InRange(count, Inputs / 10, Inputs));
    }
}
