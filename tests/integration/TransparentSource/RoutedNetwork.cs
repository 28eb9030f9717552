using System.Diagnostics;
using Xunit;

namespace ApiLb.IntegrationTests.TransparentSource;

/// <summary>
/// Three hosts in network namespaces: a client, the balancer between two networks, and a backend. Routed by the commands of
/// docs/transparent-source.md, line by line.
/// </summary>
internal sealed class RoutedNetwork : IAsyncDisposable
{
    public const string Client = "alb-tp-client";
    public const string Balancer = "alb-tp-balancer";
    public const string Backend = "alb-tp-backend";

    private static readonly string[] Hosts = [Client, Balancer, Backend];

    private static readonly string[] Links =
    [
        $"ip -n {Balancer} link add clients type veth peer name eth0 netns {Client}",
        $"ip -n {Balancer} link add backends type veth peer name eth0 netns {Backend}",
        $"ip -n {Client} addr add 10.88.1.2/24 dev eth0",
        $"ip -n {Client} addr add fd88:1::2/64 dev eth0 nodad",
        $"ip -n {Balancer} addr add 10.88.1.1/24 dev clients",
        $"ip -n {Balancer} addr add fd88:1::1/64 dev clients nodad",
        $"ip -n {Balancer} addr add 10.88.2.1/24 dev backends",
        $"ip -n {Balancer} addr add fd88:2::1/64 dev backends nodad",
        $"ip -n {Backend} addr add 10.88.2.2/24 dev eth0",
        $"ip -n {Backend} addr add fd88:2::2/64 dev eth0 nodad",
        $"ip -n {Client} link set eth0 up",
        $"ip -n {Balancer} link set clients up",
        $"ip -n {Balancer} link set backends up",
        $"ip -n {Backend} link set eth0 up",
    ];

    private RoutedNetwork()
    {
    }

    public static async Task<RoutedNetwork> LayAsync()
    {
        SkipWithoutRoot();
        RoutedNetwork network = new();
        try
        {
            await network.DisposeAsync();
            foreach (var host in Hosts)
            {
                await RunAsync($"ip netns add {host}");
                await RunAsync($"ip -n {host} link set lo up");
            }

            await RunAllAsync(Links);
            await RunAllAsync(DocumentedCommands("## 2.").Select(command => $"ip netns exec {Balancer} {command}"));
            await RunAllAsync(DocumentedCommands("## 3.").Select(command => $"ip netns exec {Backend} {command}"));
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public static string[] On(string host) => ["ip", "netns", "exec", host];

    /// <summary>What a client on this host gets by HTTP, once it gets anything.</summary>
    public static Task<string> GetAsync(string host, string address) => OutputOfAsync(
        [.. On(host), "curl", "--silent", "--max-time", "3", "--retry", "20", "--retry-delay", "0", "--retry-all-errors", $"http://{address}/"]);

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Hosts.Where(host => File.Exists($"/run/netns/{host}")))
        {
            await RunAsync($"ip netns delete {host}");
        }
    }

    private static void SkipWithoutRoot()
    {
        var programs = new[] { "ip", "curl", "haproxy", "setpriv" };
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        var isPossible = Environment.IsPrivilegedProcess && programs.All(program => path.Any(d => File.Exists(Path.Combine(d, program))));
        Assert.SkipWhen(
            !isPossible && Environment.GetEnvironmentVariable("CI") != "true", "needs root (network namespaces) and the packages iproute2, curl, haproxy and util-linux.");
    }

    private static List<string> DocumentedCommands(string heading)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "ApiLb.sln")))
        {
            directory = directory.Parent;
        }

        var lines = File.ReadAllLines(Path.Combine(directory!.FullName, "docs", "transparent-source.md"));
        var commands = lines
            .SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("    ip ", StringComparison.Ordinal)).Select(line => line.Trim()).ToList();
        Assert.NotEmpty(commands);
        return commands;
    }

    private static async Task RunAllAsync(IEnumerable<string> commands)
    {
        foreach (var command in commands)
        {
            await RunAsync(command);
        }
    }

    private static Task<string> RunAsync(string command) => OutputOfAsync(command.Split(' '));

    private static async Task<string> OutputOfAsync(string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: exit code {process.ExitCode}: {output}{await errors}");
        return output;
    }
}
