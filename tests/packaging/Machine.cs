using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests;

namespace ApiLb.PackagingTests;

/// <summary>
/// A Debian that systemd has booted in a container: processes and files of its own, the network of this machine. What is written
/// to its disk is gone with it. It has one processor, and <see cref="MemoryLimit"/> where the kernel's version 1 of control groups counts memory.
/// </summary>
internal sealed class Machine : IAsyncDisposable
{
    public const long MemoryLimit = 128 << 20;

    private const string MemoryGroups = "/sys/fs/cgroup/memory";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static int _count;

    private readonly Process _container;
    private readonly string? _memoryGroup;
    private string _init = string.Empty;

    private Machine(Process container, string? memoryGroup)
    {
        _container = container;
        _memoryGroup = memoryGroup;
    }

    public bool IsMemoryLimited => _memoryGroup is not null;

    public static async Task<Machine> BootAsync(string tree)
    {
        var name = $"apilbpkg-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        var memoryGroup = await LimitMemoryAsync(Path.Combine(MemoryGroups, name));
        var enterGroup = memoryGroup is null ? string.Empty : $"echo $$ > {memoryGroup}/cgroup.procs; ";

        // Each becomes the next: the process that is started here is systemd-nspawn in the end, and dies with these tests.
        var start = new ProcessStartInfo("/bin/sh",
        [
            "-c", $"{enterGroup}exec setpriv --pdeathsig TERM taskset --cpu-list 0 \"$@\" < /dev/null > {Path.Combine(Packages.Folder, name)}.log 2>&1", "sh",
            "systemd-nspawn", "--boot", "--quiet", "--register=no", "--keep-unit", "--volatile=overlay", "--console=pipe",
            $"--machine={name}", $"--directory={tree}", $"--bind-ro={Packages.Folder}:/packages",
        ]);
        start.Environment["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY"] = "0";
        var machine = new Machine(Process.Start(start) ?? throw new Win32Exception("sh: did not start"), memoryGroup);
        try
        {
            await Eventually.HoldsAsync("the machine has booted", Patience, machine.BootsAsync);
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }

        return machine;
    }

    /// <summary>Runs a line of shell as root in the machine.</summary>
    public Task<CommandResult> TryAsync(string script) => TryAsync(script, string.Empty);

    /// <summary>Runs a line of shell as root in the machine; one that fails throws.</summary>
    public async Task<string> RunAsync(string script) => (await TryAsync(script)).Succeeded();

    public async Task WriteAsync(string path, string text) => (await TryAsync($"mkdir --parents \"$(dirname {path})\" && cat > {path}", text)).Succeeded();

    /// <summary>The most memory that everything in it had at once, page cache included. Bytes.</summary>
    public long MemoryPeak() =>
        long.Parse(File.ReadAllText(Path.Combine(_memoryGroup!, "memory.max_usage_in_bytes")), NumberStyles.None | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        if (!_container.HasExited)
        {
            // The machine ends with its first process, and systemd-nspawn with the machine; the other way round it would live on.
            using var end = _init.Length > 0 ? Process.GetProcessById(int.Parse(_init, NumberStyles.None, CultureInfo.InvariantCulture)) : _container;
            end.Kill();
            await _container.WaitForExitAsync();
        }

        _container.Dispose();
        if (_memoryGroup is not null)
        {
            await Eventually.HoldsAsync("the machine is gone", Patience, RemoveMemoryGroup);
        }
    }

    private static async Task<string?> LimitMemoryAsync(string group)
    {
        if (!Directory.Exists(MemoryGroups))
        {
            return null;
        }

        Directory.CreateDirectory(group);
        await File.WriteAllTextAsync(Path.Combine(group, "memory.limit_in_bytes"), MemoryLimit.ToString(CultureInfo.InvariantCulture));
        return group;
    }

    private Task<CommandResult> TryAsync(string script, string input) => Command.RunWithAsync(
        input, "nsenter", "--all", $"--target={_init}", "env", "--ignore-environment", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "sh", "-c", script);

    private async Task<string?> BootsAsync()
    {
        if (_container.HasExited)
        {
            throw new InvalidOperationException($"systemd-nspawn ended with {_container.ExitCode}; its log is in {Packages.Folder}");
        }

        var children = await Command.RunAsync("ps", "--ppid", _container.Id.ToString(CultureInfo.InvariantCulture), "-o", "pid=");
        _init = children.Output.Trim();
        if (_init.Length == 0)
        {
            return "no first process";
        }

        var state = (await TryAsync("systemctl is-system-running")).Output.Trim();
        return state is "running" or "degraded" ? null : state;
    }

    private Task<string?> RemoveMemoryGroup()
    {
        try
        {
            Directory.Delete(_memoryGroup!);
            return Task.FromResult<string?>(null);
        }
        catch (IOException busy)
        {
            return Task.FromResult<string?>(busy.Message);
        }
    }
}
