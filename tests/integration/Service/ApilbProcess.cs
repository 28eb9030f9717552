using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Service;

/// <summary>The built executable, run as an operator or systemd runs it.</summary>
internal sealed class ApilbProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ApilbProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>User and system time so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>A soft limit of so many leaves it none to open.</summary>
    public int LowestFreeDescriptor
    {
        get
        {
            var open = Directory.EnumerateFileSystemEntries($"/proc/{Id}/fd").Select(Path.GetFileName).ToHashSet();
            return Enumerable.Range(0, int.MaxValue).First(n => !open.Contains(n.ToString(CultureInfo.InvariantCulture)));
        }
    }

    public ConcurrentQueue<string> Output { get; } = [];

    public ConcurrentQueue<string> Errors { get; } = [];

    public static ApilbProcess Start(string[] arguments, params (string Name, string Value)[] environment) =>
        StartBy([], arguments, environment);

    /// <summary>With so many file descriptors at most. prlimit(1) becomes the daemon: the process id is the same.</summary>
    public static ApilbProcess StartWithin(int descriptors, string[] arguments, params (string Name, string Value)[] environment) =>
        StartBy(["prlimit", $"--nofile={descriptors}:{descriptors}"], arguments, environment);

    /// <summary>Changes the soft limit of the running process; the hard one stays.</summary>
    public async Task LimitDescriptorsAsync(int soft)
    {
        using var prlimit = Process.Start("prlimit", ["--pid", Id.ToString(CultureInfo.InvariantCulture), $"--nofile={soft}:"]);
        await prlimit.WaitForExitAsync();
    }

    /// <param name="launcher">A command that becomes another, which is the rest of its arguments.</param>
    /// <param name="arguments">Those of apilb.</param>
    /// <param name="environment">In addition to this process's own.</param>
    public static ApilbProcess StartBy(string[] launcher, string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] command = [.. launcher, Path.Combine(AppContext.BaseDirectory, "apilb"), .. arguments];
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("JOURNAL_STREAM");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        ApilbProcess apilb = new(new Process { StartInfo = start });
        apilb._process.OutputDataReceived += (_, line) => Keep(apilb.Output, line.Data);
        apilb._process.ErrorDataReceived += (_, line) => Keep(apilb.Errors, line.Data);
        apilb._process.Start();
        apilb._process.BeginOutputReadLine();
        apilb._process.BeginErrorReadLine();
        return apilb;
    }

    /// <summary>Waits for a line of stderr that contains this.</summary>
    public Task SaysAsync(string part) => Eventually.HoldsAsync(
        () => Errors.Any(l => l.Contains(part, StringComparison.Ordinal)), () => $"no '{part}' in:\n{string.Join('\n', Errors)}");

    /// <summary>Sends SIGTERM or another signal.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
            return _process.ExitCode;
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"still running after {Patience.TotalSeconds} s:\n{string.Join('\n', Errors)}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
