using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Other kinds of addresses than IPv4.</summary>
public sealed class FamilyTests
{
    private const string Rows = "rows 1 to 6 and 8 hold";
    private const string Smaller = "10 MiB where row 1 has 1 GiB. Row 5 only where the balancer has that timeout";
    private const string Ipv6 = "[::1]:6443";
    private const string Ipv6Backend = "[::1]:7001";
    private const string EveryFamily = "[::]:6443";

    /// <summary>A number that an interface of a test's own has, in whichever namespace the address is read.</summary>
    private const int Zone = 77;

    [Theory]
    [Row(70, "clients and backends with IPv6 addresses only", Rows, Note = Smaller)]
    public Task Ipv6Only_Works(string balancer) => HoldAsync(balancer, Ipv6, Ipv6Backend, Ipv6);

    [Theory]
    [Row(70, "a listener for both families, [::], and clients of both", Rows, Note = Smaller)]
    public Task DualStack_Works(string balancer) => HoldAsync(balancer, EveryFamily, null, Ipv6, Setup.Listener);

    [Theory]
    [Row(70, "a backend on a unix socket", Rows, Note = Smaller)]
    public Task UnixBackend_Works(string balancer) => InFolderAsync(path => HoldAsync(balancer, Setup.Listener, path, Setup.Listener));

    [Theory]
    [Row(70, "listener and backend with link-local IPv6 addresses", "rows 1 to 8 hold", Needs = Feature.LinkLocal, Note = Smaller)]
    public async Task LinkLocal_Works(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.Host.IpAsync("link", "add", "name", "near", "index", $"{Zone}", "type", "veth", "peer", "name", "far");
        await bench.Host.IpAsync("link", "set", "near", "up");
        await bench.Host.IpAsync("link", "set", "far", "up");
        await bench.Host.IpAsync("address", "add", "fe80::6/64", "dev", "near", "nodad");
        await bench.Host.IpAsync("address", "add", "fe80::7/64", "dev", "near", "nodad");
        var conversations = await HoldAsync(bench, "[fe80::6%near]:6443", $"[fe80::7%{Zone}]:7001", $"[fe80::6%{Zone}]:6443");

        Assert.Equal(Ending.Reset, await conversations.BackendGivesUpAsync());
    }

    [Theory]
    [Row(70, "row 7 with IPv6 addresses, by a listener for both families", "row 7 holds", Note = "as row 7")]
    public async Task Ipv6BackendResets_ClientSeesAReset(string balancer)
    {
        foreach (var (bind, client) in ((string, string)[])[(Ipv6, Ipv6), (EveryFamily, Setup.Listener)])
        {
            await ResetsAsync(balancer, bind, Ipv6Backend, client);
        }
    }

    [Theory]
    [Row(70, "row 7 with a backend on a unix socket, which resets by closing with bytes that nobody has read", "row 7 holds", Note = "as row 7")]
    public Task UnixBackendResets_ClientSeesAReset(string balancer) => InFolderAsync(path => ResetsAsync(balancer, Setup.Listener, path, Setup.Listener));

    private static async Task HoldAsync(string balancer, string bind, string? backend, params string[] clients)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await HoldAsync(bench, bind, backend, clients);
    }

    /// <returns>The last client's.</returns>
    private static async Task<Conversations> HoldAsync(Bench bench, string bind, string? backend, params string[] clients)
    {
        var a = bench.Open("A", backend);
        await bench.StartAsync(new Setup { Bind = [bind], Backends = [a.Member], HalfClosed = TimeSpan.FromSeconds(3) });
        Conversations conversations = new(bench, a, clients[^1]);
        foreach (var client in clients)
        {
            conversations = new Conversations(bench, a, client);
            await conversations.HoldAsync();
        }

        if (bench.Balancer.WhyNot(Feature.HalfClosedTimeout) is null)
        {
            await conversations.OneSideIsSilentAsync();
        }

        return conversations;
    }

    private static async Task ResetsAsync(string balancer, string bind, string backend, string client)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A", backend);
        await bench.StartAsync(new Setup { Bind = [bind], Backends = [a.Member] });

        Assert.Equal(Ending.Reset, await new Conversations(bench, a, client).BackendGivesUpAsync());
        await bench.RelaysNothingAsync();
    }

    private static async Task InFolderAsync(Func<string, Task> test)
    {
        var folder = TestFolder.Create();
        try
        {
            await test($"unix:{folder.FullName}/a.sock");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
