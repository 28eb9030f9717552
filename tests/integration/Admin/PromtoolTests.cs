using System.Diagnostics;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

public sealed class PromtoolTests
{
    [Fact]
    public async Task Scrape_PassesPromtoolCheckMetrics()
    {
        SkipWithoutPromtool();
        await using var host = await AdminHost.StartAsync();
        host.Live();
        using var client = host.NewClient(overSocket: false);

        using var answer = await client.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal((0, ""), await CheckMetricsAsync(await answer.Content.ReadAsStringAsync()));
    }

    private static void SkipWithoutPromtool()
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, "promtool")));
        var isCi = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.SkipWhen(!isThere && !isCi, "promtool is missing: install the package 'prometheus'.");
    }

    private static async Task<(int ExitCode, string Complaints)> CheckMetricsAsync(string metrics)
    {
        var start = new ProcessStartInfo("promtool", ["check", "metrics"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true };
        using var promtool = Process.Start(start)!;
        await promtool.StandardInput.WriteAsync(metrics);
        promtool.StandardInput.Close();
        var complaints = await promtool.StandardError.ReadToEndAsync() + await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, complaints);
    }
}
