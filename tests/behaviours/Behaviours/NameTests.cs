using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Backends that are the addresses of a name.</summary>
public sealed class NameTests
{
    private const string Name = "api.test";
    private const int NameError = 3;
    private const int ServerFailure = 2;

    [Theory]
    [Row(61, "an address is added to the name, and another is taken away", "the first gets clients and the second gets no new ones within 10 s", Needs = Feature.DnsRefresh)]
    public async Task AddressesChange_BackendsFollow(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var names = bench.Keep(new NameServer(bench.Host));
        await ServerAsync(bench, "A");
        await ServerAsync(bench, "B");
        await ServerAsync(bench, "C");
        names.Addresses = [AddressOf("A"), AddressOf("B")];
        await bench.StartAsync(new Setup { DiscoveredName = Name, Check = Often }, NameServer.Launcher(bench.Folder));
        await ServesAsync(bench, "A", "B");

        names.Addresses = [AddressOf("A"), AddressOf("B"), AddressOf("C")];
        await ServesAsync(bench, "A", "B", "C");

        names.Addresses = [AddressOf("B"), AddressOf("C")];
        await ServesAsync(bench, "B", "C");
    }

    [Theory]
    [Row(62, "the name does not exist, the resolver fails, is silent, or has no address for it", "the backends known last keep serving", Needs = Feature.DnsRefresh)]
    public async Task ResolverFails_LastBackendsServe(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var names = bench.Keep(new NameServer(bench.Host));
        await ServerAsync(bench, "A");
        await ServerAsync(bench, "B");
        names.Addresses = [AddressOf("A"), AddressOf("B")];
        await bench.StartAsync(new Setup { DiscoveredName = Name, Check = Often }, NameServer.Launcher(bench.Folder));
        await ServesAsync(bench, "A", "B");

        names.Code = NameError;
        await StillServesAsync(bench, names);
        names.Code = ServerFailure;
        await StillServesAsync(bench, names);
        (names.Code, names.Addresses) = (0, []);
        await StillServesAsync(bench, names);
        names.IsSilent = true;
        await StillServesAsync(bench, names);
    }

    [Theory]
    [Row(62, "the resolver is silent when the balancer starts, and answers later", "the start is not held up, and clients are served as soon as it answers", Needs = Feature.DnsRefresh)]
    public async Task ResolverSilentAtStart_ServesLater(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var names = bench.Keep(new NameServer(bench.Host));
        names.IsSilent = true;
        await ServerAsync(bench, "A");
        await bench.StartAsync(new Setup { DiscoveredName = Name, Check = Often }, NameServer.Launcher(bench.Folder));

        names.Addresses = [AddressOf("A")];
        names.IsSilent = false;

        await Eventually.HoldsAsync(async () => await bench.WhoIfAnybodyAsync() == "A", () => $"nobody serves after {names.Queries} questions");
    }

    /// <summary>None of 127/8, which a careful balancer does not take for a server.</summary>
    private static string AddressOf(string name) => "10.88." + Bench.AddressOf(name)["127.0.".Length..];

    private static async Task ServerAsync(Bench bench, string name)
    {
        await bench.Host.IpAsync("address", "add", AddressOf(name) + "/32", "dev", "lo");
        bench.Answering(name, AddressOf(name) + ":7001");
    }

    private static Check Often => new() { OfApiServer = false };

    private static async Task ServesAsync(Bench bench, params string[] expected)
    {
        HashSet<string> served = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                served.Clear();
                for (var i = 0; i < 12; i++)
                {
                    served.Add(await bench.WhoIfAnybodyAsync());
                }

                return served.SetEquals(expected);
            },
            () => $"served by {string.Join(' ', served)}, not by {string.Join(' ', expected)}\n{bench.Process.Log}",
            TimeSpan.FromSeconds(12));
    }

    private static async Task StillServesAsync(Bench bench, NameServer names)
    {
        await names.AskedAsync(1);
        Assert.Equal(["A", "B"], (await bench.AskAsync(8)).Distinct().Order());
    }
}
