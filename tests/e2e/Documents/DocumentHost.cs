using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Documents;

/// <summary>
/// A host of the lab as a document's reader has it: with an /etc, /run and /var/lib/apilb of its own, which live in a mount namespace that
/// one process holds. Its systemctl and scp are played here, everything else is the real program.
/// </summary>
internal sealed class DocumentHost : IAsyncDisposable
{
    // What is started answers a moment later, and the virtual address needs some seconds; a wrong command fails for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A reader waits for shutdown.delay and for those who have watches; what comes after it is the same.
    private static readonly TimeSpan GracePeriod = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, LabProcess> _services = new(StringComparer.Ordinal);
    private readonly Lab _lab;
    private readonly LabHost _host;
    private readonly LabProcess _holder;

    private DocumentHost(Lab lab, LabHost host, LabProcess holder)
    {
        _lab = lab;
        _host = host;
        _holder = holder;
    }

    /// <param name="lab">Whose processes it is among.</param>
    /// <param name="host">Its network.</param>
    /// <param name="root">Whose etc/kubernetes it has, if there is any.</param>
    public static async Task<DocumentHost> StartAsync(Lab lab, LabHost host, string root)
    {
        // An overlay over /etc leaves the machine's own files as they are.
        const string mounts =
            """
            mkdir -p "$1/upper/apilb" "$1/upper/keepalived" "$1/upper/kubernetes" "$1/work" "$1/run" "$1/lib" &&
            mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" /etc &&
            { [ ! -d "$2/etc/kubernetes" ] || mount --bind "$2/etc/kubernetes" /etc/kubernetes; } &&
            mkdir -p "$1/run/apilb" && mount --bind "$1/lib" /var/lib && mount --bind "$1/run" /run &&
            echo ready && exec sleep infinity
            """;
        var folder = Directory.CreateDirectory(Path.Combine(root, "document-" + Guid.NewGuid().ToString("N"))).FullName;
        var holder = lab.Start(host, "document-" + Path.GetFileName(folder), ["unshare", "--mount", "sh", "-c", mounts, "sh", folder, root]);
        await Eventually.HoldsAsync($"{host.Name} has its own /etc", Patience, () =>
        {
            holder.EnsureRunning();
            return Task.FromResult(holder.Log.Contains("ready\n", StringComparison.Ordinal) ? null : holder.Log);
        });

        // kubeadm wants to know the address of the default route, also where it has nothing to do with it.
        await Command.RunAsync("ip", "-n", host.Namespace.Name, "route", "replace", "default", "dev", "eth0");
        return new DocumentHost(lab, host, holder);
    }

    public Task WriteAsync(string path, string text) => RunOnceAsync(["sh", "-c", "cat > \"$1\"", "sh", path], text);

    /// <summary>Runs one line of a document, again and again until it succeeds or patience is at its end.</summary>
    /// <param name="line">A command as a shell takes it.</param>
    /// <param name="others">The hosts that scp can reach.</param>
    public Task RunAsync(string line, IReadOnlyDictionary<string, DocumentHost> others) => line.Split(' ') switch
    {
        ["systemctl", var verb, .. var rest] => ControlAsync(verb, rest[^1]),
        ["scp", var from, var to] => CopyAsync(from, others[to.Split(':')[0]], to.Split(':')[1]),
        _ => RunUntilItSucceedsAsync(line),
    };

    /// <summary>Starts a service.</summary>
    public void Start(string service, params string[] command) => _services[service] = _lab.Start(_host, "document-" + service, [.. Inside, .. command]);

    public async ValueTask DisposeAsync()
    {
        await Command.RunAsync("ip", "-n", _host.Namespace.Name, "route", "flush", "default");
        await Task.WhenAll(_services.Values.Select(StopAsync));
        await _holder.DisposeAsync();
    }

    private string[] Inside =>
    [
        "nsenter", $"--mount=/proc/{_holder.Id}/ns/mnt", "--",
        "env", $"PATH={Path.GetDirectoryName(new ApiLbBalancer().Program)}:{KubernetesBinaries.Directory}:{Environment.GetEnvironmentVariable("PATH")}",
    ];

    private async Task ControlAsync(string verb, string service)
    {
        if (_services.Remove(service, out var running))
        {
            await StopAsync(running);
        }

        if (verb != "stop")
        {
            Start(service, service == "apilb" ? ["apilb", "run"] : ["setsid", "keepalived", "--dont-fork", "--log-console", "--use-file", "/etc/keepalived/keepalived.conf"]);
        }
    }

    // keepalived takes its children and its address with it only when it is asked to.
    private static async Task StopAsync(LabProcess service)
    {
        await service.TerminateAsync(GracePeriod);
        await service.DisposeAsync();
    }

    private async Task CopyAsync(string from, DocumentHost to, string path) =>
        await to.WriteAsync(path, await RunOnceAsync(["cat", from]));

    private Task RunUntilItSucceedsAsync(string line) => Eventually.HoldsAsync($"on {_host.Name}: {line}", Patience, async () =>
    {
        try
        {
            await RunOnceAsync(["sh", "-c", line]);
            return null;
        }
        catch (InvalidOperationException failed)
        {
            return failed.Message;
        }
    });

    private Task<string> RunOnceAsync(IEnumerable<string> command, string? input = null) =>
        Command.RunOnAsync(_host, Inside[0], [.. Inside[1..], .. command], input);
}
