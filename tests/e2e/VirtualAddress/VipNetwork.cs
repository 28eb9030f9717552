using System.Net;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Two balancer hosts, one that stands in for all control-plane hosts, and a client, on one bridge: a namespace each.</summary>
internal static class VipNetwork
{
    private const string Prefix = "apilbvip-";

    // VRRP's protocol number, RFC 5798 section 5.1.1.4.
    private const string VrrpFilter = "add table ip split; add chain ip split input { type filter hook input priority 0; }; add rule ip split input ip protocol 112 drop";

    public static LabHost Balancer1 { get; } = new("lb1", IPAddress.Parse("10.98.0.21"), Prefix);

    public static LabHost Balancer2 { get; } = new("lb2", IPAddress.Parse("10.98.0.22"), Prefix);

    public static LabHost Backends { get; } = new("cp", IPAddress.Parse("10.98.0.11"), Prefix);

    public static LabHost Client { get; } = new("client", IPAddress.Parse("10.98.0.31"), Prefix);

    public static IPAddress VirtualAddress { get; } = IPAddress.Parse("10.98.0.5");

    /// <summary>All are addresses of <see cref="Backends"/>.</summary>
    public static IReadOnlyList<IPEndPoint> BackendEndPoints { get; } =
        [.. new[] { "10.98.0.11", "10.98.0.12", "10.98.0.13" }.Select(address => new IPEndPoint(IPAddress.Parse(address), LabHost.ApiPort))];

    private static SwitchedNetwork Network { get; } = new(Prefix + "net", [Balancer1, Balancer2, Backends, Client]);

    public static async Task LayAsync()
    {
        await Network.LayAsync();
        foreach (var backend in BackendEndPoints.Skip(1))
        {
            await IpAsync("-n", Backends.Namespace.Name, "address", "add", backend.Address + "/24", "dev", "eth0");
        }
    }

    /// <inheritdoc cref="SwitchedNetwork.RemoveAsync"/>
    public static Task RemoveAsync() => Network.RemoveAsync();

    /// <inheritdoc cref="SwitchedNetwork.UnplugAsync"/>
    public static Task UnplugAsync(LabHost host) => Network.UnplugAsync(host);

    public static Task PlugAsync(LabHost host) => Network.PlugAsync(host);

    /// <summary>The two balancers no longer hear each other; clients and backends hear both.</summary>
    public static async Task SplitAsync()
    {
        await Command.RunOnAsync(Balancer1, "nft", [VrrpFilter]);
        await Command.RunOnAsync(Balancer2, "nft", [VrrpFilter]);
    }

    /// <summary>This host no longer reaches the backends; the other does.</summary>
    public static Task IsolateFromBackendsAsync(LabHost host) => Command.RunOnAsync(host, "nft", [
        $"add table ip cut; add chain ip cut input {{ type filter hook input priority 0; }}; "
        + $"add rule ip cut input ip saddr {{ {string.Join(", ", BackendEndPoints.Select(backend => backend.Address))} }} drop"]);

    public static async Task HealAsync()
    {
        await Command.RunOnAsync(Balancer1, "nft", ["flush", "ruleset"]);
        await Command.RunOnAsync(Balancer2, "nft", ["flush", "ruleset"]);
    }

    public static async Task<bool> HasVirtualAddressAsync(LabHost host) =>
        (await IpAsync("-n", host.Namespace.Name, "-oneline", "address", "show", "dev", "eth0", "to", VirtualAddress + "/32")).Length > 0;

    private static Task<string> IpAsync(params string[] arguments) => Command.RunAsync("ip", arguments);
}
