using System.Globalization;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Network;

/// <summary>Lays the hosts: a namespace each, and one more that holds the bridge, so that the machine's own network stays as it is.</summary>
internal static class LabNetwork
{
    private const string Switch = "apilb-net";

    public static async Task LayAsync()
    {
        await IpAsync("netns", "add", Switch);
        await IpAsync("-n", Switch, "link", "add", "bridge", "type", "bridge");
        await IpAsync("-n", Switch, "link", "set", "bridge", "up");
        foreach (var host in LabHost.All)
        {
            await LayAsync(host, Switch);
        }
    }

    /// <summary>Kills what still runs in the lab's namespaces, and deletes them.</summary>
    public static async Task RemoveAsync()
    {
        var existing = (await IpAsync("netns", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).ToHashSet();
        foreach (var name in LabHost.All.Select(host => host.Namespace.Name).Append(Switch).Where(existing.Contains))
        {
            foreach (var process in (await IpAsync("netns", "pids", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Signal.Send(int.Parse(process, CultureInfo.InvariantCulture), Signal.Kill);
            }

            await IpAsync("netns", "delete", name);
        }
    }

    /// <summary>Takes the host's cable out: its packets are lost and nobody resets anything.</summary>
    public static Task UnplugAsync(LabHost host) => IpAsync("-n", Switch, "link", "set", host.Name, "down");

    public static Task PlugAsync(LabHost host) => IpAsync("-n", Switch, "link", "set", host.Name, "up");

    /// <summary>Makes a host and puts its cable into the bridge of a switch.</summary>
    /// <param name="host">Whose namespace must not exist yet.</param>
    /// <param name="switchName">A namespace with a device called bridge.</param>
    public static async Task LayAsync(LabHost host, string switchName)
    {
        var name = host.Namespace.Name;
        await IpAsync("netns", "add", name);
        await IpAsync("-n", switchName, "link", "add", host.Name, "type", "veth", "peer", "name", "eth0", "netns", name);
        await IpAsync("-n", switchName, "link", "set", host.Name, "master", "bridge", "up");
        await IpAsync("-n", name, "address", "add", host.Address + "/24", "dev", "eth0");
        await IpAsync("-n", name, "link", "set", "lo", "up");
        await IpAsync("-n", name, "link", "set", "eth0", "up");
    }

    private static Task<string> IpAsync(params string[] arguments) => Command.RunAsync("ip", arguments);
}
