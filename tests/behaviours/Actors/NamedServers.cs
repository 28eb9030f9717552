using System.Globalization;
using System.Net;
using ApiLb.BehaviourTests.Balancers;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A balancer whose backends are the addresses of one name, and the backends at those addresses.</summary>
internal sealed class NamedServers
{
    /// <summary>What a change of the name may take until clients notice: ten times what its answers hold.</summary>
    private static readonly TimeSpan Follows = TimeSpan.FromSeconds(10 * NameServer.TimeToLive);

    private readonly Bench _bench;

    private NamedServers(Bench bench, NameServer names) => (_bench, Names) = (bench, names);

    public NameServer Names { get; }

    public static Setup Setup { get; } = new() { DiscoveredName = "api.test", Check = new Check { OfApiServer = false } };

    /// <summary>Servers A to D with IPv4 addresses, and E and F with IPv6 addresses; the name has no address yet.</summary>
    public static async Task<NamedServers> LayAsync(Bench bench)
    {
        NamedServers servers = new(bench, bench.Keep(new NameServer(bench.Host)));
        foreach (var name in (string[])["A", "B", "C", "D", "E", "F"])
        {
            await bench.Host.IpAsync("address", "add", AddressOf(name), "dev", "lo", "nodad");
            bench.Answering(name, new IPEndPoint(IPAddress.Parse(AddressOf(name)), Setup.DiscoveredPort).ToString());
        }

        return servers;
    }

    /// <summary>The name has the addresses of these.</summary>
    public void Are(params string[] names) => Names.Addresses = [.. names.Select(AddressOf)];

    /// <summary>Starts the balancer, with the name server as its resolver.</summary>
    public Task StartAsync(Setup? setup = null) => _bench.StartAsync(setup ?? Setup, NameServer.Launcher(_bench.Folder));

    /// <summary>Waits until these serve, each of them, and nobody else.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> ServeAsync(params string[] expected)
    {
        HashSet<string> served = [];
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(
            async () =>
            {
                served.Clear();
                for (var i = 0; i < 12; i++)
                {
                    served.Add(await _bench.WhoIfAnybodyAsync());
                }

                return served.SetEquals(expected);
            },
            () => $"served by {string.Join(' ', served)}, not by {string.Join(' ', expected)}\n{_bench.Process.Log}",
            Follows);
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>None of 127/8, which a careful balancer does not take for a server.</summary>
    private static string AddressOf(string name) => name is "E" or "F"
        ? string.Create(CultureInfo.InvariantCulture, $"fd00:88::{11 + name[0] - 'A'}")
        : string.Create(CultureInfo.InvariantCulture, $"10.88.0.{11 + name[0] - 'A'}");
}
