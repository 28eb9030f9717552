using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ApiLb.BehaviourTests.Network;

/// <summary>
/// A network namespace of a test's own, in which client, balancer and backends have addresses of 127/8 and fixed ports: faults that
/// are injected there reach nobody else.
/// </summary>
internal sealed partial class TestHost : IAsyncDisposable
{
    private const int CloneNewNet = 0x40000000;
    private const string Prefix = "apilb-bhv-";

    private static readonly Lazy<Task> Cleaned = new(RemoveLeftoversAsync);
    private static int _count;

    private TestHost(string name) => Name = name;

    public string Name { get; }

    /// <summary>Becomes another command inside of the namespace; the process id stays.</summary>
    public IReadOnlyList<string> Launcher => ["nsenter", "--net=" + Path];

    private string Path => "/run/netns/" + Name;

    public static async Task<TestHost> LayAsync()
    {
        await Cleaned.Value;
        TestHost host = new(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _count)}"));
        await Command.RunAsync("ip", "netns", "add", host.Name);
        await Command.RunAsync("ip", "-n", host.Name, "link", "set", "lo", "up");
        await host.SetAsync("net.ipv4.ip_local_port_range", "10240 65000");
        await host.SetAsync("net.core.somaxconn", "16384");
        return host;
    }

    /// <summary>Sets a sysctl of the namespace.</summary>
    public Task SetAsync(string name, string value) => RunAsync("sysctl", "--quiet", "--write", $"{name}={value}");

    public Task<string> RunAsync(params IReadOnlyList<string> command) => Command.RunAsync([.. Launcher, .. command]);

    public Task<string> IpAsync(params IReadOnlyList<string> command) => Command.RunAsync(["ip", "-n", Name, .. command]);

    /// <summary>Loses every packet from and to this address, without a word to anybody.</summary>
    public async Task VanishAsync(string address)
    {
        await RunAsync("nft", "add table ip lost; add chain ip lost packets { type filter hook input priority 0; }");
        await RunAsync("nft", $"add rule ip lost packets ip saddr {address} drop; add rule ip lost packets ip daddr {address} drop");
    }

    /// <summary>Loses attempts to connect to this address; what is established goes on.</summary>
    public async Task DropSynsAsync(string address)
    {
        await RunAsync("nft", "add table ip lost; add chain ip lost packets { type filter hook input priority 0; }");
        await RunAsync("nft", $"add rule ip lost packets ip daddr {address} tcp flags syn / syn,ack counter drop");
    }

    /// <summary>Ends all losses.</summary>
    public Task HealAsync() => RunAsync("nft", "flush ruleset");

    /// <summary>TCP sockets as ss shows them.</summary>
    /// <param name="filter">ss's own filter and options.</param>
    public async Task<IReadOnlyList<string>> SocketsAsync(params IReadOnlyList<string> filter) =>
        (await RunAsync(["ss", "-H", "-n", "-t", .. filter])).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A socket in this namespace, whichever thread uses it later.</summary>
    public Socket CreateSocket(AddressFamily family, SocketType type = SocketType.Stream, ProtocolType protocol = ProtocolType.Tcp) =>
        Inside(() => new Socket(family, type, protocol));

    /// <summary>Makes something in this namespace, where it stays. Synchronous on purpose: the thread enters, makes it and leaves.</summary>
    public T Inside<T>(Func<T> make)
    {
        using var home = File.OpenHandle("/proc/thread-self/ns/net");
        using var here = File.OpenHandle(Path);
        Enter(here);
        try
        {
            return make();
        }
        finally
        {
            Enter(home);
        }
    }

    public async ValueTask DisposeAsync() => await RemoveAsync(Name);

    /// <summary>The processes of the namespace whose command line has this in it.</summary>
    public async Task<IReadOnlyList<int>> RunningAsync(string part) =>
        [.. (await PidsAsync(Name)).Where(id => File.Exists($"/proc/{id}/cmdline") && CommandLine(id).Contains(part, StringComparison.Ordinal))];

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return ""; // It has ended meanwhile.
        }
    }

    private static async Task<IReadOnlyList<int>> PidsAsync(string name) =>
    [
        .. (await Command.RunAsync("ip", "netns", "pids", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(p => int.Parse(p, CultureInfo.InvariantCulture)).Where(p => p != Environment.ProcessId),
    ];

    private static async Task RemoveAsync(string name)
    {
        foreach (var process in await PidsAsync(name))
        {
            Signal.Send(process, Signal.Kill);
        }

        await Command.RunAsync("ip", "netns", "delete", name);
    }

    /// <summary>What a run that was killed has left: namespaces whose process is no more.</summary>
    private static async Task RemoveLeftoversAsync()
    {
        var names = (await Command.RunAsync("ip", "netns", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]);
        foreach (var name in names.Where(n => n.StartsWith(Prefix, StringComparison.Ordinal) && !Directory.Exists("/proc/" + n[Prefix.Length..].Split('-')[0])))
        {
            await RemoveAsync(name);
        }
    }

    private static void Enter(SafeFileHandle target)
    {
        if (setns(target, CloneNewNet) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "setns: " + Marshal.GetLastPInvokeErrorMessage());
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeFileHandle target, int kind);
}
