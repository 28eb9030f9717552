using System.Diagnostics;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>What clients' own connections tell about a backend.</summary>
public sealed class PassiveTests
{
    private static readonly Check Rare = new() { OfApiServer = false, Interval = TimeSpan.FromSeconds(30) };

    [Theory]
    [Row(34, "clients' connections to a backend fail three times between two checks", "it is out of rotation long before the next one: further clients are not delayed by it")]
    public async Task ClientsFail_BackendIsOutBeforeTheNextCheck(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Check = Rare });
        await bench.Host.DropSynsAsync(Bench.AddressOf("A"));

        for (var i = 0; i < 8; i++)
        {
            Assert.Equal("B", await bench.WhoAsync());
        }

        for (var i = 0; i < 8; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal("B", await bench.WhoAsync());
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
        }
    }

    [Theory]
    [Row(35, "the only backend refuses clients ten times, then takes them again", "it was never given up: the next client is served")]
    public async Task LastBackendFails_IsTriedAgain(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], Check = Rare });
        await a.RefuseAsync();
        for (var i = 0; i < 10; i++)
        {
            await bench.EndOfNewAsync();
        }

        a.Listen();

        Assert.Equal("A", await bench.WhoAsync());
    }
}
