using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class TrafficRateServiceTests
{
    private readonly FakeTime _time = new();
    private readonly ListenerCounters _listener = new("l");

    [Fact]
    public async Task Rates_AreTheMeanOfTheLastTenSeconds()
    {
        var pool = Observed.Pool(_time, "cp1");
        TrafficRateService rates = new([pool], () => [_listener], _time);
        using CancellationTokenSource stop = new();
        var running = rates.RunAsync(stop.Token);
        for (var i = 0; i < 20; i++)
        {
            _listener.ConnectionAccepted();
            pool.At(0).Counters.ConnectionServed();
        }

        _time.Advance(TimeSpan.FromSeconds(10));

        await stop.CancelAsync();
        await running;
        Assert.Equal(2, rates.Of(_listener), 3);
        Assert.Equal(2, rates.Of(pool.At(0)).Connections, 3);
        Assert.Equal(0, rates.Of(new ListenerCounters("l")));
    }
}
