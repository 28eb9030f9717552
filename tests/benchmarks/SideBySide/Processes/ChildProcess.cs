using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ApiLb.Benchmarks.SideBySide.Processes;

/// <summary>Owns one long-running program: starts it, keeps the last lines it wrote, and stops it, and nothing else, by its pid.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptLines = 40;
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ChildProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The last lines of standard output and standard error, for the message of a failure.</summary>
    public string LastOutput => _lines.IsEmpty ? "(no output)" : string.Join(Environment.NewLine, _lines);

    // The runtime raises RLIMIT_NOFILE to the hard limit when it starts, and children inherit it: no ulimit is needed here.
    public static ChildProcess Start(Launch launch)
    {
        var start = new ProcessStartInfo(launch.Program, launch.Arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var process = Process.Start(start) ?? throw new Win32Exception($"{launch.Program} did not start.");
        process.StandardInput.Close();
        return new ChildProcess(process);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await TerminateAsync();
        }

        _process.Dispose();
    }

    // SIGTERM, not Process.Kill: a killed nginx master would leave its worker behind.
    private async Task TerminateAsync()
    {
        using var deadline = new CancellationTokenSource(StopDeadline, TimeProvider.System);
        try
        {
            await Tool.RunAsync(new Launch("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -TERM {Id} || true")]), deadline.Token);
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        _lines.Enqueue(line);
        while (_lines.Count > KeptLines)
        {
            _lines.TryDequeue(out _);
        }
    }
}
