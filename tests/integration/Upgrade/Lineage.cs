using System.Diagnostics;
using System.Globalization;
using System.Net;
using ApiLb.Admin;
using ApiLb.Cli;
using ApiLb.IntegrationTests.Operators;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Upgrade;

/// <summary>
/// A daemon and all that replace it: the built executable with one configuration. They share one log, and whichever of them
/// still run are killed at the end.
/// </summary>
internal sealed class Lineage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static int _count;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-upgrade-");
    private readonly List<Process> _started = [];

    /// <param name="text">Given this; without the admin section.</param>
    public Lineage(Func<Lineage, string> text) => Write(text(this));

    /// <summary>An address of its own on loopback.</summary>
    public IPAddress Host { get; } = new([127, 72, (byte)(Environment.ProcessId % 200), (byte)(1 + (Interlocked.Increment(ref _count) % 250))]);

    public IPEndPoint Listener => new(Host, 6443);

    public IPEndPoint AdminListen => new(Host, 8404);

    public string File => In("apilb.yaml");

    public string AdminSocket => In("admin.sock");

    public string HaproxySocket => In("haproxy.sock");

    public string Log => System.IO.File.ReadAllText(In("log"));

    /// <summary>Those that run now, the launching ones included.</summary>
    public IReadOnlyList<int> Running => [.. Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && IsOurs(pid) ? pid : 0).Where(p => p != 0)];

    public string In(string name) => Path.Combine(_folder.FullName, name);

    public void Write(string text) => System.IO.File.WriteAllText(
        File, $"{text}\nadmin: {{ socket: {AdminSocket}, haproxySocket: {HaproxySocket}, listen: \"{AdminListen}\" }}\ntransport: {{ reactors: 1 }}\n");

    /// <summary>A file that can be executed.</summary>
    public async Task WriteProgramAsync(string name, string text)
    {
        await System.IO.File.WriteAllTextAsync(In(name), text);
        using var chmod = Process.Start("chmod", ["+x", In(name)]);
        await chmod.WaitForExitAsync();
    }

    /// <summary>Starts the first, and waits until it is ready.</summary>
    /// <param name="launcher">A command that becomes another.</param>
    /// <param name="environment">In addition to this process's own.</param>
    public async Task<Process> StartAsync(string[]? launcher = null, params (string Name, string Value)[] environment)
    {
        var ready = Ready;
        ProcessStartInfo start = new("bash", ["-c", $"exec \"$@\" 2>> {In("log")}", "bash", .. launcher ?? [], Path.Combine(AppContext.BaseDirectory, "apilb"), "run", "--config", File]) { UseShellExecute = false };
        start.Environment.Remove("JOURNAL_STREAM");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        _started.Add(process);
        await Eventually.HoldsAsync(() => Ready > ready, () => Log);
        return process;
    }

    /// <summary>Runs <c>apilb upgrade</c>.</summary>
    public Task<(int ExitCode, string Said)> UpgradeAsync(params string[] options) => ApilbCommand.SayAsync(["upgrade", "--socket", AdminSocket, .. options]);

    /// <summary>The same, which must succeed.</summary>
    /// <returns>The process that serves now.</returns>
    public async Task<int> UpgradedAsync(params string[] options)
    {
        var (code, said) = await UpgradeAsync(options);
        Xunit.Assert.True(code == 0, $"{code} {said}\n{Log}");
        return (await StatusAsync()).Pid;
    }

    public async Task<DaemonStatus> StatusAsync()
    {
        using AdminClient client = new(AdminSocket);
        return await client.GetStatusAsync(CancellationToken.None);
    }

    public async Task PostAsync(string path)
    {
        using AdminClient client = new(AdminSocket);
        await client.PostJsonAsync(path, CancellationToken.None);
    }

    /// <summary>Waits until these alone run.</summary>
    public Task OnlyAsync(params int[] pids) => Eventually.HoldsAsync(
        () => Running.Order().SequenceEqual(pids.Order()), () => $"{string.Join(", ", Running)} run instead of {string.Join(", ", pids)}\n{Log}");

    public static async Task SignalAsync(int pid, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, pid.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public static async Task<int> ExitAsync(Process process)
    {
        await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pid in Running)
        {
            await SignalAsync(pid, "KILL");
        }

        await OnlyAsync();
        _started.ForEach(p => p.Dispose());
        _folder.Delete(recursive: true);
    }

    private int Ready => System.IO.File.Exists(In("log")) ? Log.Split(" is ready: ").Length : 1;

    /// <summary>Not one that has ended and waits for somebody to ask how: it has no command line any more.</summary>
    private bool IsOurs(int pid)
    {
        try
        {
            return System.IO.File.ReadAllText($"/proc/{pid}/cmdline").Contains($"run\0--config\0{File}", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
