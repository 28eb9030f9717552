using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>Debian's Prometheus, which scrapes one daemon ten times a second.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-prometheus-");
    private readonly HttpClient _http = new();
    private readonly Process _process;
    private readonly IPEndPoint _endPoint = HaProxy.NewEndPoint();

    private Prometheus(EndPoint scraped)
    {
        var file = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(
            file,
            $$"""
            global: { scrape_interval: 100ms, scrape_timeout: 100ms, evaluation_interval: 1s }
            rule_files: ["{{Operators.RepositoryFile.PathTo("configs", "prometheus", "apilb.rules.yaml")}}"]
            scrape_configs:
              - job_name: apilb
                static_configs: [{ targets: ["{{scraped}}"] }]
            """);
        string[] arguments =
        [
            $"--config.file={file}", $"--storage.tsdb.path={Path.Combine(_folder.FullName, "data")}", $"--web.listen-address={_endPoint}", "--log.level=warn",
        ];
        _process = Process.Start(new ProcessStartInfo("prometheus", arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
    }

    /// <summary>Waits until it has scraped once.</summary>
    public static async Task<Prometheus> StartAsync(EndPoint scraped)
    {
        SkipWithout("prometheus");
        Prometheus prometheus = new(scraped);
        try
        {
            await prometheus.BecomesAsync("up{job=\"apilb\"} == 1");
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    public static void SkipWithout(string program)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, program)));
        Assert.SkipWhen(!isThere && Environment.GetEnvironmentVariable("CI") != "true", $"{program} is missing: install the package 'prometheus'.");
    }

    /// <summary>Waits until an expression has a result.</summary>
    /// <returns>The value of its first series.</returns>
    public async Task<string> BecomesAsync(string expression)
    {
        var seen = "nothing";
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < Patience)
        {
            try
            {
                // While it starts it says so in plain words.
                seen = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
                if (seen.StartsWith('{') && FirstOf(seen) is { } value)
                {
                    return value;
                }
            }
            catch (HttpRequestException e) when (!_process.HasExited)
            {
                seen = e.Message;
            }

            await Task.Delay(Pause, TimeProvider.System);
        }

        throw new TimeoutException($"after {Patience.TotalSeconds} s, {expression}: {seen}");
    }

    /// <summary>The values of a label, as a dashboard's variable asks for them.</summary>
    public async Task<IReadOnlyList<string?>> LabelValuesAsync(string label, string selector)
    {
        using var answer = JsonDocument.Parse(await GetAsync($"/api/v1/label/{label}/values?match[]={Uri.EscapeDataString(selector)}"));
        return [.. answer.RootElement.GetProperty("data").EnumerateArray().Select(v => v.GetString())];
    }

    /// <summary>The rules that it has loaded, by health.</summary>
    public async Task<IReadOnlyList<(string? Name, string? Health)>> RulesAsync()
    {
        using var answer = JsonDocument.Parse(await GetAsync("/api/v1/rules"));
        return [.. answer.RootElement.GetProperty("data").GetProperty("groups").EnumerateArray().SelectMany(g => g.GetProperty("rules").EnumerateArray())
            .Select(r => (r.GetProperty("name").GetString(), r.GetProperty("health").GetString()))];
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>The body, also of a complaint.</summary>
    private async Task<string> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri($"http://{_endPoint}{path}"));
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Null for an empty result, and for a complaint.</summary>
    private static string? FirstOf(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        if (!document.RootElement.TryGetProperty("data", out var data))
        {
            return null;
        }

        var result = data.GetProperty("result").EnumerateArray().FirstOrDefault();
        return result.ValueKind == JsonValueKind.Undefined ? null : result.GetProperty("value")[1].GetString();
    }
}
