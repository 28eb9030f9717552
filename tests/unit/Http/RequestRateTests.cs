using System.Net;
using ApiLb.Configuration;
using ApiLb.Http;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.UnitTests.Http;

public sealed class RequestRateTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void Burst_IsHadAtOnceAndThenTheRate()
    {
        RequestRate rate = new(new RateLimitOptions { Requests = 10, Per = TimeSpan.FromSeconds(10), Burst = 3 }, _time);

        Assert.All(Enumerable.Range(0, 3), _ => Assert.Equal(TimeSpan.Zero, rate.TryTake(Client(1))));
        Assert.InRange(rate.TryTake(Client(1)).TotalSeconds, 0.9, 1.1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, rate.TryTake(Client(1)));
        Assert.NotEqual(TimeSpan.Zero, rate.TryTake(Client(1)));
    }

    [Fact]
    public void RefusedRequests_CostNothing()
    {
        RequestRate rate = new(new RateLimitOptions { Requests = 1 }, _time);
        rate.TryTake(Client(1));

        Assert.All(Enumerable.Range(0, 100), _ => Assert.NotEqual(TimeSpan.Zero, rate.TryTake(Client(1))));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, rate.TryTake(Client(1)));
    }

    [Fact]
    public void Clients_AreToldApartByAddressAndNotByPort()
    {
        RequestRate rate = new(new RateLimitOptions { Requests = 1 }, _time);

        Assert.Equal(TimeSpan.Zero, rate.TryTake(Client(1, port: 1)));
        Assert.NotEqual(TimeSpan.Zero, rate.TryTake(Client(1, port: 2)));
        Assert.Equal(TimeSpan.Zero, rate.TryTake(Client(2, port: 1)));
    }

    [Fact]
    public void FullTable_TakesStrangersWhenOthersAreForgotten()
    {
        RequestRate rate = new(new RateLimitOptions { Requests = 1 }, _time);
        for (var i = 0; i < RequestRate.MostSources; i++)
        {
            rate.TryTake(Client(i));
        }

        Assert.NotEqual(TimeSpan.Zero, rate.TryTake(Client(RequestRate.MostSources)));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.Zero, rate.TryTake(Client(RequestRate.MostSources)));
        Assert.Equal(TimeSpan.Zero, rate.TryTake(Client(0)));
    }

    private static ClientAddress Client(int number, int port = 1) => ClientAddress.Of(new IPEndPoint(new IPAddress(10L | ((number + 1L) << 8)), port));
}
