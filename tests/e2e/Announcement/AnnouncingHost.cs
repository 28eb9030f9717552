using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using ApiLb.EndToEndTests.VirtualAddress;

namespace ApiLb.EndToEndTests.Announcement;

/// <summary>One of the hosts that announce the virtual address: ApiLb, bird, and configs/bird/apilb-announce between them.</summary>
internal sealed class AnnouncingHost(LabHost host, LabDirectory directory, string authorityFile) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ApiLbKind _kind = new();
    private readonly string _root = directory.RootOf(host.Name);
    private LabProcess? _balancer;
    private LabProcess? _bird;
    private LabProcess? _watcher;

    public LabHost Host { get; } = host;

    private string BirdSocket => Path.Combine(_root, "bird.ctl");

    /// <summary>Starts what does not run, as systemd would.</summary>
    public void Start()
    {
        if (_balancer is not { IsRunning: true })
        {
            _balancer = LabProcess.Start(directory, Host, _kind.Name, [_kind.Program, .. _kind.Prepare(_root, authorityFile)]);
        }

        if (_bird is not { IsRunning: true })
        {
            var configuration = Path.Combine(_root, "bird.conf");
            File.WriteAllText(configuration, Shipped("bird.conf")
                .Replace("10.0.0.21", Host.Address.ToString(), StringComparison.Ordinal)
                .Replace("10.0.0.5/32", AnnouncementNetwork.VirtualAddress + "/32", StringComparison.Ordinal)
                .Replace("10.0.0.1 as", AnnouncementNetwork.Router.Address + " as", StringComparison.Ordinal));
            _bird = LabProcess.Start(directory, Host, "bird", ["bird", "-f", "-c", configuration, "-s", BirdSocket, "-P", Path.Combine(_root, "bird.pid")]);
        }

        if (_watcher is not { IsRunning: true })
        {
            _watcher = LabProcess.Start(
                directory, Host, "announce", ["env", "BIRD_SOCKET=" + BirdSocket, Path.Combine(Repository.Root, "configs/bird/apilb-announce")]);
        }
    }

    public Task KillBalancerAsync() => _balancer!.KillAsync();

    public Task StopBalancerAsync() => _balancer!.TerminateAsync(Grace);

    /// <summary>As <c>systemctl stop apilb-announce</c>.</summary>
    public Task StopWatcherAsync() => _watcher!.TerminateAsync(Grace);

    public Task KillBirdAsync() => _bird!.KillAsync();

    /// <summary>Waits until this host announces itself only as one that reaches no apiserver.</summary>
    public Task IsLastResortAsync() => BecomesAsync("a last resort", isReady: false);

    /// <summary>Waits until this host announces itself as one that reaches an apiserver.</summary>
    public Task IsReadyAsync() => BecomesAsync("ready", isReady: true);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { _watcher, _bird, _balancer }.OfType<LabProcess>())
        {
            await process.DisposeAsync();
        }
    }

    private Task BecomesAsync(string what, bool isReady) => Eventually.HoldsAsync($"{Host.Name} is announced as {what}", Deadline, async () =>
    {
        var protocols = await Command.RunAsync("birdc", "-s", BirdSocket, "show", "protocols");
        return IsUp(protocols, "apilb_accepts") && IsUp(protocols, "apilb_ready") == isReady ? null : protocols;
    });

    private static bool IsUp(string protocols, string name) =>
        protocols.Split('\n').Any(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(" up ", StringComparison.Ordinal));

    private static string Shipped(string name) => File.ReadAllText(Path.Combine(Repository.Root, "configs/bird", name));
}
