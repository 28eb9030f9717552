namespace ApiLb.EndToEndTests.Processes;

/// <summary>Where the lab keeps its files. One lab at a time on a machine: whoever opens the directory holds its lock.</summary>
internal sealed class LabDirectory : IAsyncDisposable
{
    public const string Root = "/run/apilb-e2e";

    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(10);

    private readonly FileStream _lock;
    private readonly string _hosts = Path.Combine(Root, "hosts");
    private readonly string _logs = Path.Combine(Root, "logs");

    private LabDirectory(FileStream @lock) => _lock = @lock;

    public Leftovers Leftovers { get; } = new(Path.Combine(Root, "processes"));

    /// <summary>Waits for another lab to end, removes what a crashed one has left, and starts empty.</summary>
    public static async Task<LabDirectory> OpenAsync()
    {
        var directory = new LabDirectory(await LockAsync());
        directory.Leftovers.Kill();
        await directory.UnmountAsync();
        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }

        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(Root, ownerOnly);
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

    private static async Task<FileStream> LockAsync()
    {
        FileStream? taken = null;
        await Eventually.HoldsAsync($"no other lab runs on this machine ({Root}.lock is free)", LockDeadline, () =>
        {
            try
            {
                taken = new FileStream(Root + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
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
