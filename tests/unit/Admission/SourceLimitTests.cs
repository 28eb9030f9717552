using ApiLb.Admission;
using Xunit;

namespace ApiLb.UnitTests.Admission;

public sealed class SourceLimitTests
{
    private static readonly CidrSet Nobody = new([]);

    [Fact]
    public void Limit_IsPerAddressWhateverThePort()
    {
        SourceLimit limit = new(2, Nobody);

        Assert.True(limit.TryEnter(Source.Client("10.0.0.1", 1)));
        Assert.True(limit.TryEnter(Source.Client("10.0.0.1", 2)));
        Assert.False(limit.TryEnter(Source.Client("10.0.0.1", 3)));
        Assert.True(limit.TryEnter(Source.Client("10.0.0.2", 1)));
        Assert.Equal(2, limit.Sources);
    }

    [Theory]
    [InlineData("2001:db8::1", "2001:db8::2")]
    [InlineData("fe80::1%1", "fe80::1%2")]
    [InlineData("10.0.0.1", "::a00:1")]
    public void OtherAddress_IsAnotherSource(string one, string other)
    {
        SourceLimit limit = new(1, Nobody);

        Assert.True(limit.TryEnter(Source.Client(one)));
        Assert.True(limit.TryEnter(Source.Client(other)));
    }

    [Fact]
    public void Leaving_FreesThePlace()
    {
        SourceLimit limit = new(1, Nobody);
        var client = Source.Client("10.0.0.1");

        Assert.True(limit.TryEnter(client));
        limit.Leave(client);

        Assert.Equal(0, limit.Sources);
        Assert.True(limit.TryEnter(client));
    }

    [Fact]
    public void ExemptAndUnixClients_AreNotCounted()
    {
        SourceLimit limit = new(1, new CidrSet(Source.Networks("10.0.0.0/8")));

        Assert.All(Enumerable.Range(0, 5), _ => Assert.True(limit.TryEnter(Source.Client("10.1.2.3")) && limit.TryEnter(Source.Unix)));
        Assert.Equal(0, limit.Sources);
        limit.Leave(Source.Client("10.1.2.3"));
        limit.Leave(Source.Unix);
    }

    [Fact]
    public void Race_AdmitsExactlyAsManyAsMayAndForgetsThemAll()
    {
        SourceLimit limit = new(100, Nobody);
        var admitted = new int[7];

        Rush.Run(_ =>
        {
            for (var i = 0; i < 7000; i++)
            {
                if (limit.TryEnter(Source.Client($"10.0.0.{i % 7}")))
                {
                    Interlocked.Increment(ref admitted[i % 7]);
                }
            }
        });
        Assert.All(admitted, count => Assert.Equal(100, count));

        Rush.Run(thread =>
        {
            for (var i = thread; i < 700; i += 8)
            {
                limit.Leave(Source.Client($"10.0.0.{i % 7}"));
            }
        });
        Assert.Equal(0, limit.Sources);
    }

    [Fact]
    public void KnownSources_CostNoMemory()
    {
        SourceLimit limit = new(10, new CidrSet(Source.Networks("192.0.2.0/24")));
        var client = Source.Client("10.0.0.1");

        Allocation.IsZero(() => ComeAndGo(limit, client));
    }

    private static void ComeAndGo(SourceLimit limit, ApiLb.Transport.ClientAddress client)
    {
        for (var i = 0; i < 100; i++)
        {
            limit.TryEnter(client);
            limit.Leave(client);
        }
    }
}
