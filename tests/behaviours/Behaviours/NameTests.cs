using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Backends that are the addresses of a name, and the name changes.</summary>
public sealed class NameTests
{
    private const string Promptly = "10 s after the last change, with answers that hold for one, it is they and nobody else who get new clients";

    [Theory]
    [Row(61, "addresses are added to the name, taken away and exchanged, one at a time", Promptly + "; who is connected to one that was taken away stays so", Needs = Feature.DnsRefresh)]
    public async Task AddressesChange_BackendsFollow(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var servers = await NamedServers.LayAsync(bench);
        servers.Are("A", "B");
        await servers.StartAsync();
        await servers.ServeAsync("A", "B");
        using var client = await bench.ServedByAsync("A");

        servers.Are("A", "B", "C");
        var added = await servers.ServeAsync("A", "B", "C");
        servers.Are("D", "B", "C");
        var exchanged = await servers.ServeAsync("B", "C", "D");
        servers.Are("B", "D");
        var removed = await servers.ServeAsync("B", "D");

        Remark.Say($"after {added.TotalSeconds:F1}, {exchanged.TotalSeconds:F1} and {removed.TotalSeconds:F1} s");
        Assert.Equal("A", await client.WhoAsync());
    }

    [Theory]
    [Row(61, "the name becomes an alias (CNAME) of one with other addresses", Promptly, Needs = Feature.DnsRefresh)]
    public async Task NameBecomesAnAlias_BackendsFollow(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var servers = await NamedServers.LayAsync(bench);
        servers.Are("A", "B");
        await servers.StartAsync();
        await servers.ServeAsync("A", "B");

        servers.Names.Alias = "lb.other.test";
        servers.Are("B", "C");

        await servers.ServeAsync("B", "C");
    }

    [Theory]
    [Row(61, "IPv6 addresses (AAAA) are added to a name that has IPv4 ones, which then go", Promptly, Needs = Feature.DnsRefresh, Note = "HAProxy prefers one family (`resolve-prefer`) and does without the other while there are both")]
    public async Task NameMovesToIpv6_BackendsFollow(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var servers = await NamedServers.LayAsync(bench);
        servers.Are("A");
        await servers.StartAsync();
        await servers.ServeAsync("A");

        servers.Are("A", "E", "F");
        await servers.ServeAsync("A", "E", "F");
        servers.Are("E", "F");

        await servers.ServeAsync("E", "F");
    }

    [Theory]
    [Row(61, "an address is taken away from the name, and a client stays connected to it for longer than it may drain (1 s)", "the client's connection is closed, and no other", Needs = Feature.DnsRefresh | Feature.Drain)]
    public async Task AddressTakenAway_ItsClientsDrain(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var servers = await NamedServers.LayAsync(bench);
        servers.Are("A", "B");
        await servers.StartAsync(NamedServers.Setup with { Drain = TimeSpan.FromSeconds(1) });
        await servers.ServeAsync("A", "B");
        using var onA = await bench.ServedByAsync("A");
        using var onB = await bench.ServedByAsync("B");

        servers.Are("B");

        await onA.EndAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("B", await onB.WhoAsync());
    }
}
