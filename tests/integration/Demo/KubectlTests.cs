using System.Diagnostics;
using ApiLb.Demo;
using Xunit;

namespace ApiLb.IntegrationTests.Demo;

/// <summary>A real kubectl against one stand-in.</summary>
public sealed class KubectlTests : IDisposable
{
    private readonly DemoDirectory _directory = new();

    [Fact]
    public async Task GetNodes_PrintsTheTableWithWhoServedIt()
    {
        await using var bench = await StartAsync();

        var lines = (await RunAsync("get", "nodes")).Split('\n');

        Assert.Matches("^NAME +STATUS +ROLES +AGE +VERSION +SERVED-BY", lines[0]);
        Assert.Matches("^worker-1 +Ready +worker +[0-9]+s +v1\\.32\\.4 +cp2", lines[1]);
    }

    [Fact]
    public async Task GetNodesAsNames_Lists()
    {
        await using var bench = await StartAsync();

        Assert.Equal("node/worker-1\nnode/worker-2\nnode/worker-3\n", await RunAsync("get", "nodes", "-o", "name"));
    }

    [Fact]
    public async Task GetNodesWatched_PrintsEvents()
    {
        await using var bench = await StartAsync();

        // The list, then at least one event of the watch: a fourth line with a node's name.
        var output = await RunAsync("get", "nodes", "--watch", "--request-timeout=5s");

        Assert.True(output.Split('\n').Count(line => line.StartsWith("worker-", StringComparison.Ordinal)) > 3, output);
    }

    [Theory]
    [InlineData("ok", "get", "--raw", "/readyz")]
    [InlineData("Server Version: v1.32.4", "version")]
    [InlineData("services", "api-resources")]
    [InlineData("is running at", "cluster-info")]
    [InlineData("readyz check passed", "get", "--raw", "/readyz?verbose")]
    public async Task EverydayCommands_Succeed(string expected, params string[] arguments)
    {
        await using var bench = await StartAsync();

        Assert.Contains(expected, await RunAsync(arguments), StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private async Task<StandInBench> StartAsync()
    {
        var isInstalled = Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Join(p, "kubectl")));
        if (!isInstalled && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("kubectl is not installed.");
        }

        var bench = await StandInBench.StartAsync();
        await KubeconfigWriter.WriteAsync(_directory.Kubeconfig, bench.Url, bench.CaPem, TestContext.Current.CancellationToken);
        return bench;
    }

    private async Task<string> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", _directory.Kubeconfig, "--cache-dir", _directory.Path, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var kubectl = Process.Start(start)!;
        var output = kubectl.StandardOutput.ReadToEndAsync();
        var errors = kubectl.StandardError.ReadToEndAsync();
        await kubectl.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(kubectl.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }
}
