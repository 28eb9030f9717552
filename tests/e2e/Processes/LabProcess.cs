using System.ComponentModel;
using System.Diagnostics;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Processes;

/// <summary>A daemon on a host of the lab, with its log in a file. Signals go to this one process; disposing it kills it.</summary>
internal sealed class LabProcess : IAsyncDisposable
{
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _log;
    private readonly long _logStart;

    private LabProcess(Process process, string name, string log, long logStart)
    {
        _process = process;
        Name = name;
        _log = log;
        _logStart = logStart;
    }

    public string Name { get; }

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>User and system time of all its threads.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Everything that it has written. Daemons of the same name write one after the other into the same file.</summary>
    public string Log
    {
        get
        {
            using var reader = new StreamReader(new FileStream(_log, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite));
            reader.BaseStream.Position = _logStart;
            return reader.ReadToEnd();
        }
    }

    /// <summary>Starts a program. The shell opens the log and execs nsenter, which execs the program: the id is the program's own.</summary>
    public static LabProcess Start(LabDirectory directory, LabHost host, string name, IEnumerable<string> command)
    {
        var log = directory.LogOf($"{host.Name}-{name}");
        var logStart = File.Exists(log) ? new FileInfo(log).Length : 0;
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec >> \"$1\" 2>&1 < /dev/null; shift; exec nsenter \"$@\"", "sh", log, "--net=" + host.Namespace.Path, "--", .. command]);
        var process = Process.Start(start) ?? throw new Win32Exception(name + ": did not start");
        directory.Leftovers.Record(process.Id);
        return new LabProcess(process, $"{name} on {host.Name}", log, logStart);
    }

    public void Send(int signal) => Signal.Send(_process.Id, signal);

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan deadline)
    {
        await ExitedAsync(deadline);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL, and waits until the process is gone.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await ExitedAsync(KillDeadline);
    }

    /// <summary>SIGTERM, after the grace period SIGKILL, and waits until the process is gone.</summary>
    public async Task TerminateAsync(TimeSpan gracePeriod)
    {
        Send(Signal.Terminate);
        try
        {
            await ExitedAsync(gracePeriod);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }

    /// <summary>Throws what its log ends with, once it has ended.</summary>
    public void EnsureRunning()
    {
        if (!IsRunning)
        {
            throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}; its log ends with\n{string.Join('\n', Log.Split('\n').TakeLast(15))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task ExitedAsync(TimeSpan deadline)
    {
        using var expiry = new CancellationTokenSource(deadline, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(expiry.Token);
        }
        catch (OperationCanceledException expired)
        {
            throw new TimeoutException($"{Name} (process {_process.Id}) still runs after {deadline}; its log ends with\n{string.Join('\n', Log.Split('\n').TakeLast(15))}", expired);
        }
    }
}
