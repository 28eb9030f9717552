using System.Globalization;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Network;

/// <summary>Hosts on one bridge: a namespace each, and one more that holds the bridge, so that the machine's own network stays as it is.</summary>
/// <param name="switchName">The namespace of the bridge.</param>
/// <param name="hosts">Whose cables end there.</param>
internal sealed class SwitchedNetwork(string switchName, IReadOnlyList<LabHost> hosts)
{
    public async Task LayAsync()
    {
        await IpAsync("netns", "add", switchName);
        await IpAsync("-n", switchName, "link", "add", "bridge", "type", "bridge");
        await IpAsync("-n", switchName, "link", "set", "bridge", "up");
        foreach (var host in hosts)
        {
            await LayAsync(host);
        }
    }

    /// <summary>Kills what still runs in these namespaces, and deletes them.</summary>
    public async Task RemoveAsync()
    {
        foreach (var name in hosts.Select(host => host.Namespace.Name).Append(switchName).Where(name => File.Exists("/run/netns/" + name)))
        {
            foreach (var process in (await IpAsync("netns", "pids", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                Signal.Send(int.Parse(process, CultureInfo.InvariantCulture), Signal.Kill);
            }

            await IpAsync("netns", "delete", name);
        }
    }

    /// <summary>Takes the host's cable out: its packets are lost and nobody resets anything.</summary>
    public Task UnplugAsync(LabHost host) => IpAsync("-n", switchName, "link", "set", host.Name, "down");

    public Task PlugAsync(LabHost host) => IpAsync("-n", switchName, "link", "set", host.Name, "up");

    private async Task LayAsync(LabHost host)
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
