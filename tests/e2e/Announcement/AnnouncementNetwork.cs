using System.Net;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Announcement;

/// <summary>Three balancer hosts, a router that knows the virtual address from them alone, the stand-in for the control plane, and a client behind the router.</summary>
internal static class AnnouncementNetwork
{
    private const string Prefix = "apilbbgp-";

    // "filter input" of both families: what comes from the stand-ins is lost.
    private const string CutFrom = "add table ip cut; add chain ip cut input { type filter hook input priority 0; }; add rule ip cut input ip saddr ";

    public static LabHost Router { get; } = new("router", IPAddress.Parse("10.98.0.1"), Prefix);

    public static IReadOnlyList<LabHost> Balancers { get; } =
        [.. new[] { ("lb1", "10.98.0.21"), ("lb2", "10.98.0.22"), ("lb3", "10.98.0.23") }.Select(host => new LabHost(host.Item1, IPAddress.Parse(host.Item2), Prefix))];

    public static LabHost Backends { get; } = new("cp", IPAddress.Parse("10.98.0.11"), Prefix);

    public static LabHost Client { get; } = new("client", IPAddress.Parse("10.98.0.31"), Prefix);

    /// <summary>On no host's network: whoever asks for it asks the router.</summary>
    public static IPAddress VirtualAddress { get; } = IPAddress.Parse("10.98.1.5");

    private static SwitchedNetwork Network { get; } = new(Prefix + "net", [Router, .. Balancers, Backends, Client]);

    public static async Task LayAsync()
    {
        await Network.LayAsync();
        foreach (var balancer in Balancers)
        {
            await IpAsync(balancer, "address", "add", VirtualAddress + "/32", "dev", "lo");
        }

        await IpAsync(Client, "route", "add", VirtualAddress + "/32", "via", Router.Address.ToString());
        // All hosts are on one wire here: the router must not tell the client of a shorter way, and each flow is a decision of its own.
        await SetAsync(Router, "ip_forward=1", "fib_multipath_hash_policy=1", "conf.all.send_redirects=0", "conf.eth0.send_redirects=0");
    }

    /// <inheritdoc cref="SwitchedNetwork.RemoveAsync"/>
    public static Task RemoveAsync() => Network.RemoveAsync();

    /// <inheritdoc cref="SwitchedNetwork.UnplugAsync"/>
    public static Task UnplugAsync(LabHost host) => Network.UnplugAsync(host);

    public static Task PlugAsync(LabHost host) => Network.PlugAsync(host);

    /// <summary>This host no longer hears the backends; the others do.</summary>
    public static Task IsolateFromBackendsAsync(LabHost host) => Command.RunOnAsync(host, "nft", [CutFrom + Backends.Address + " drop"]);

    public static Task HealAsync(LabHost host) => Command.RunOnAsync(host, "nft", ["flush", "ruleset"]);

    /// <summary>To whom the router sends clients of the virtual address now, by name, in order.</summary>
    public static async Task<IReadOnlyList<string>> NextHopsAsync()
    {
        var routes = await IpAsync(Router, "route", "show", VirtualAddress.ToString());
        return [.. Balancers.Where(balancer => (routes + " ").Contains($"via {balancer.Address} ", StringComparison.Ordinal)).Select(balancer => balancer.Name)];
    }

    private static Task<string> SetAsync(LabHost host, params IEnumerable<string> settings) =>
        Command.RunOnAsync(host, "sysctl", ["-q", "-w", .. settings.Select(setting => "net.ipv4." + setting)]);

    private static Task<string> IpAsync(LabHost host, params IEnumerable<string> arguments) =>
        Command.RunAsync("ip", ["-n", host.Namespace.Name, .. arguments]);
}
