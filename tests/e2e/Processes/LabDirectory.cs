namespace ApiLb.EndToEndTests.Processes;

/// <summary>Where a lab keeps its files. One lab of a kind at a time on a machine: whoever opens the directory holds its lock.</summary>
internal sealed class LabDirectory : IAsyncDisposable
{
    public const string Root = "/run/apilb-e2e";

    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(10);

    private readonly FileStream _lock;
    private readonly string _hosts;
    private readonly string _logs;

    private LabDirectory(string root, FileStream @lock)
    {
        _lock = @lock;
        _hosts = Path.Combine(root, "hosts");
        _logs = Path.Combine(root, "logs");
        Leftovers = new Leftovers(Path.Combine(root, "processes"));
    }

    public Leftovers Leftovers { get; }

    /// <summary>Waits for another lab of this kind to end, removes what a crashed one has left, and starts empty.</summary>
    public static async Task<LabDirectory> OpenAsync(string root = Root)
    {
        var directory = new LabDirectory(root, await LockAsync(root));
        directory.Leftovers.Kill();
        await directory.UnmountAsync();
        if (Directory.Exists(root))
        {
            Directory.Delete(root, recursive: true);
        }

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(root, ownerOnly);
        Directory.CreateDirectory(directory._logs);
        Directory.CreateDirectory(directory._hosts);
        // In memory: etcd waits for the disk at every write, and a busy disk makes it lose its leader.
        await Command.RunAsync("mount", "-t", "tmpfs", "-o", "mode=0700,size=2g", "apilb-e2e", directory._hosts);
        return directory;
    }

    /// <summary>The root of a host's own files, as kubeadm would see "/" there.</summary>
    public string RootOf(string host) => Directory.CreateDirectory(Path.Combine(_hosts, host)).FullName;

    public string LogOf(string name) => Path.Combine(_logs, name + ".log");

    public async ValueTask DisposeAsync()
    {
        await UnmountAsync();
        await _lock.DisposeAsync();
    }

    private static async Task<FileStream> LockAsync(string root)
    {
        FileStream? taken = null;
        await Eventually.HoldsAsync($"no other lab runs on this machine ({root}.lock is free)", LockDeadline, () =>
        {
            try
            {
                taken = new FileStream(root + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return Task.FromResult<string?>(null);
            }
            catch (IOException busy)
            {
                return Task.FromResult<string?>(busy.Message);
            }
        });
        return taken!;
    }

    private async Task UnmountAsync()
    {
        if (File.ReadAllText("/proc/mounts").Contains($" {_hosts} ", StringComparison.Ordinal))
        {
            await Command.RunAsync("umount", "--lazy", _hosts);
        }
    }
}
