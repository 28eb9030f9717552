using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Backends that are the addresses of a name, and the resolver does not tell them.</summary>
public sealed class ResolverTests
{
    private const int NameError = 3;
    private const int ServerFailure = 2;
    private const int Refusal = 5;
    private const string Stay = "the backends known last keep serving";

    /// <summary>More than a message has room for.</summary>
    private const int Records = 5000;

    /// <summary>More apiservers than anybody has.</summary>
    private const int Cap = 256;

    [Theory]
    [Row(62, "the name does not exist (NXDOMAIN), the resolver fails (SERVFAIL), refuses, or has no address for it", Stay, Needs = Feature.DnsRefresh)]
    public async Task ResolverSaysNo_LastBackendsServe(string balancer) => await StillServeAsync(
        balancer,
        names => names.Code = NameError,
        names => names.Code = ServerFailure,
        names => names.Code = Refusal,
        names => names.Addresses = []);

    [Theory]
    [Row(62, "the resolver is silent, its answers are cut off, or it promises the rest over TCP and closes there", Stay, Needs = Feature.DnsRefresh)]
    public async Task ResolverIsBroken_LastBackendsServe(string balancer) => await StillServeAsync(
        balancer,
        names => names.CutsAnswers = true,
        names => names.PromisesMore = true,
        names => names.IsSilent = true);

    [Theory]
    [Row(62, "the name has as many addresses as an answer has room for, and there is a server at each", "clients are served all the time, at most 256 of the servers hear of the balancer, and memory stays within 64 MiB", Needs = Feature.DnsRefresh, Note = "4,090 instead of 10,000: an answer has at most 65,535 bytes. HAProxy's `server-template` has as many places as it was given, here 8, and its answers over UDP are limited in size")]
    public async Task NameHasThousandsOfAddresses_FewAreTaken(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.Host.IpAsync("route", "add", "local", "10.99.0.0/16", "dev", "lo");
        System.Collections.Concurrent.ConcurrentDictionary<string, int> heard = [];
        bench.Keep(new Backend(bench.Host, "all", System.Net.IPEndPoint.Parse("0.0.0.0:7001"), async connection =>
        {
            var name = connection.Local.Address.ToString();
            heard[name] = 1;
            await Backend.Answering(name)(connection);
        }));
        var names = bench.Keep(new NameServer(bench.Host));
        names.Addresses = ["10.99.0.1", "10.99.0.2"];
        await bench.StartAsync(NamedServers.Setup, NameServer.Launcher(bench.Folder));
        await Eventually.HoldsAsync(async () => await bench.WhoIfAnybodyAsync() != "", () => "nobody serves:\n" + bench.Process.Log);
        var memory = bench.Process.Family.Memory;
        await using Load clients = new(bench.WhoAsync, atOnce: 1);

        names.Addresses = [.. Enumerable.Range(0, Records).Select(i => $"10.99.{i / 250}.{1 + (i % 250)}")];
        await names.AskedAsync(6);
        await clients.ServesAsync(300);
        await clients.StopAsync();

        Remark.Say($"{heard.Count} servers");
        Assert.Empty(clients.Failures);
        Assert.InRange(heard.Count, 2, Cap);
        Assert.InRange(bench.Process.Family.Memory - memory, long.MinValue, 64 << 20);
    }

    [Theory]
    [Row(62, "there is no resolver when the balancer starts, then a silent one, and then it answers", "the start is not held up, and clients are served once it answers", Needs = Feature.DnsRefresh)]
    public async Task NoResolverAtStart_ServesLater(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.StartAsync(NamedServers.Setup, NameServer.Launcher(bench.Folder));

        var servers = await NamedServers.LayAsync(bench);
        servers.Names.IsSilent = true;
        await servers.Names.AskedAsync(1);
        servers.Are("A");
        servers.Names.IsSilent = false;

        await Eventually.HoldsAsync(async () => await bench.WhoIfAnybodyAsync() == "A", () => $"nobody serves after {servers.Names.Queries} questions:\n{bench.Process.Log}", TimeSpan.FromSeconds(60));
    }

    /// <param name="balancer">Its name.</param>
    /// <param name="troubles">One after the other. Each lasts for a look at least, of two questions, and for longer than a resolver's patience of a second; then all is well for one.</param>
    private static async Task StillServeAsync(string balancer, params Action<NameServer>[] troubles)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var servers = await NamedServers.LayAsync(bench);
        servers.Are("A", "B");
        await servers.StartAsync();
        await servers.ServeAsync("A", "B");

        foreach (var trouble in troubles)
        {
            trouble(servers.Names);
            await servers.Names.AskedAsync(2);
            for (var i = 0; i < 15; i++)
            {
                Assert.Equal(["A", "B"], (await bench.AskAsync(4)).Distinct().Order());
                await Eventually.PauseAsync(100);
            }

            servers.Names.Recover();
            servers.Are("A", "B");
            await servers.Names.AskedAsync(2);
        }
    }
}
