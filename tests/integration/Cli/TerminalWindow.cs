using System.Diagnostics;
using ApiLb.IntegrationTests.Telemetry;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary>A terminal of a given size in which a shell runs one command of the built executable: tmux, with a server of its own.</summary>
internal sealed class TerminalWindow : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-terminal-");

    private TerminalWindow()
    {
    }

    private string Server => Path.Combine(_folder.FullName, "tmux.sock");

    /// <param name="columns">Of the window.</param>
    /// <param name="lines">Of the window.</param>
    /// <param name="command">What is typed: <c>apilb status</c>, also several with semicolons. Its exit code stands on the screen afterwards.</param>
    public static async Task<TerminalWindow> OpenAsync(int columns, int lines, string command)
    {
        Prometheus.SkipWithout("tmux");
        TerminalWindow window = new();
        var path = $"PATH={AppContext.BaseDirectory}:$PATH; export PATH; export TERM=xterm-256color";
        await window.TmuxAsync(
            "-f", "/dev/null", "new-session", "-d", "-x", $"{columns}", "-y", $"{lines}", $"unset NO_COLOR; {path}; {command}; echo \"exit code $?\"; read -r _");
        return window;
    }

    /// <summary>Waits until something stands on the screen.</summary>
    /// <returns>All that does.</returns>
    public async Task<string> ShowsAsync(string part)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var screen = await ReadAsync();
            if (screen.Contains(part, StringComparison.Ordinal))
            {
                return screen;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"no '{part}' on the screen:\n{screen}");
            await Task.Delay(Pace, TimeProvider.System);
        }
    }

    /// <param name="withColours">As escape sequences.</param>
    public Task<string> ReadAsync(bool withColours = false) => withColours ? TmuxAsync("capture-pane", "-p", "-e") : TmuxAsync("capture-pane", "-p");

    public Task TypeAsync(string key) => TmuxAsync("send-keys", key);

    public async ValueTask DisposeAsync()
    {
        // Its own server: nobody else's windows.
        await TmuxAsync("kill-server");
        _folder.Delete(recursive: true);
    }

    private async Task<string> TmuxAsync(params string[] arguments)
    {
        ProcessStartInfo start = new("tmux", ["-S", Server, "-u", .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TMUX");
        using var tmux = Process.Start(start)!;
        var errors = tmux.StandardError.ReadToEndAsync();
        var output = await tmux.StandardOutput.ReadToEndAsync();
        await tmux.WaitForExitAsync();
        return tmux.ExitCode == 0 ? output : throw new InvalidOperationException($"tmux {string.Join(' ', arguments)}: {await errors}");
    }
}
