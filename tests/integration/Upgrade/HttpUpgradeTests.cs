using System.Net;
using ApiLb.IntegrationTests.Http;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ApiLb.IntegrationTests.Upgrade;

/// <summary>One process takes the place of another while requests come to HTTP listeners.</summary>
public sealed class HttpUpgradeTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;
    private WebLineage _lineage = null!;

    public async ValueTask InitializeAsync() => _lineage = await WebLineage.LayAsync(AnswerAsync);

    public ValueTask DisposeAsync()
    {
        _go.TrySetResult();
        return _lineage.DisposeAsync();
    }

    [Fact]
    public async Task UnderLoad_NoRequestFailsAndWhatIsUnderWayIsFinished()
    {
        using var old = await _lineage.Processes.StartAsync();
        await using RequestLoad plain = new(new Uri($"http://{_lineage.Web}/"), clients: 4);
        await using RequestLoad secure = new(new Uri($"https://{_lineage.Secure}/"), clients: 4);
        await using RequestLoad http2 = new(new Uri($"https://{_lineage.Secure}/"), clients: 4, HttpVersion.Version20);
        RequestLoad[] loads = [plain, secure, http2];
        using var idle = await AskAsync("/");
        Assert.Equal("ok", await idle.ReadAsync(2));
        using var slow = await AskAsync("/slow", readsHead: false);
        using var watch = await AskAsync("/watch");
        await Eventually.HoldsAsync(() => _begun == 2, () => $"{_begun} requests are under way");
        await ServeAsync(loads);

        var pid = await _lineage.Processes.UpgradedAsync();

        await ServeAsync(loads);
        _go.SetResult();
        var head = await slow.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
        Assert.Contains("after", await watch.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(await idle.ReadToEndAsync());
        Assert.All(loads, load => Assert.Empty(load.Failures));
        Assert.NotEqual(old.Id, pid);
        Assert.Equal(0, await Lineage.ExitAsync(old));
    }

    /// <summary>The next process starts itself anew on the way (RuntimeProfile), and takes over all the same.</summary>
    [Fact]
    public async Task TcpListenerThatBecomesHttp_IsTakenOver()
    {
        _lineage.Processes.Write(Plain("tcp"));
        using var old = await _lineage.Processes.StartAsync();
        await using RequestLoad load = new(new Uri($"http://{_lineage.Web}/"), clients: 4);
        await ServeAsync([load]);
        _lineage.Processes.Write(Plain("http"));

        var pid = await _lineage.Processes.UpgradedAsync();

        await ServeAsync([load]);
        Assert.DoesNotContain("DOTNET_TieredPGO=1", await File.ReadAllTextAsync($"/proc/{old.Id}/environ"), StringComparison.Ordinal);
        Assert.Contains("DOTNET_TieredPGO=1", await File.ReadAllTextAsync($"/proc/{pid}/environ"), StringComparison.Ordinal);
    }

    private string Plain(string protocol) =>
        $$"""
        listeners:
          web: { bind: "{{_lineage.Web}}", protocol: {{protocol}}, pool: site }
        pools:
          site: { backends: ["b1=127.0.0.1:{{_lineage.BackendPort}}"], health: { type: tcp } }
        stateDirectory: none
        """;

    private static async Task ServeAsync(RequestLoad[] loads)
    {
        foreach (var load in loads)
        {
            await load.ServesAsync(100);
        }

        Assert.All(loads, load => Assert.Empty(load.Failures));
    }

    private async Task<RawClient> AskAsync(string path, bool readsHead = true)
    {
        var client = await RawClient.ConnectAsync(_lineage.Web, patience: TimeSpan.FromMinutes(2));
        await client.SendAsync($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n");
        if (readsHead)
        {
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
        }

        return client;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/watch")
        {
            await context.Response.WriteAsync("before");
        }

        if (context.Request.Path != "/")
        {
            Interlocked.Increment(ref _begun);
            await _go.Task;
            await context.Response.WriteAsync("after");
            return;
        }

        context.Response.ContentLength = 2;
        await context.Response.WriteAsync("ok");
    }
}
