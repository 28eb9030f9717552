using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Browser;

/// <summary>A headless Chromium of its own, with a fresh profile, spoken to over the DevTools protocol on loopback.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private const string Binary = "/usr/bin/chromium";

    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        "--disable-extensions", "--hide-scrollbars", "--force-color-profile=srgb", "--remote-debugging-port=0", "about:blank",
    ];

    private readonly DirectoryInfo _profile = Directory.CreateTempSubdirectory("apilb-chromium");
    private readonly Process _process;

    private Chromium()
    {
        var start = new ProcessStartInfo(Binary, [$"--user-data-dir={_profile.FullName}", .. Arguments]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["HOME"] = _profile.FullName;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    /// <summary>Where Chromium writes the port that it got.</summary>
    private string PortFile => Path.Combine(_profile.FullName, "DevToolsActivePort");

    public static void SkipWhenMissing() => Assert.SkipWhen(
        !File.Exists(Binary) && Environment.GetEnvironmentVariable("CI") != "true", "chromium is missing: install the package 'chromium'.");

    public static async Task<Chromium> StartAsync()
    {
        var browser = new Chromium();
        try
        {
            await Eventually.HoldsAsync(
                () => File.Exists(browser.PortFile) && File.ReadAllLines(browser.PortFile).Length == 2,
                () => $"Chromium should tell its port: {(browser._process.HasExited ? $"it ended with {browser._process.ExitCode}" : "it runs")}");
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    public async Task<BrowserPage> NewPageAsync(int width = 1280, int height = 900, bool isDark = false)
    {
        using HttpClient http = new();
        var port = (await File.ReadAllLinesAsync(PortFile))[0];
        using var answer = await http.PutAsync(new Uri($"http://127.0.0.1:{port}/json/new?about:blank"), null);
        var target = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return await BrowserPage.ConnectAsync(new Uri(target.GetProperty("webSocketDebuggerUrl").GetString()!), width, height, isDark);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();

        // A helper process may still be writing its last file.
        await Eventually.HoldsAsync(TryDeleteProfile, () => $"{_profile} should be gone");
    }

    private bool TryDeleteProfile()
    {
        try
        {
            _profile.Refresh();
            if (_profile.Exists)
            {
                _profile.Delete(recursive: true);
            }

            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
