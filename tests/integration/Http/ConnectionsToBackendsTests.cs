using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>What becomes of kept connections to backends whose time is over.</summary>
public sealed class ConnectionsToBackendsTests
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>Shorter than an idle connection would be kept.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("backend")]
    [InlineData("settings")]
    [InlineData("pool")]
    public async Task WhatIsNotConfiguredAnyLonger_IsClosed(string what)
    {
        TaskCompletionSource closed = new();
        await using RawBackend leaving = new("leaving", Answer, async (stream, stop) => await EndOfAsync(stream, closed, stop));
        await using var staying = await WebBackend.StartAsync("staying");
        var before = HttpSetup.Http(leaving.Options);
        var after = what switch
        {
            "backend" => HttpSetup.Http(staying.Options),
            "settings" => before.With((PoolOptions p) => p with { Upstream = new UpstreamOptions { Http2 = true } }),
            _ => before with
            {
                Pools = [before.Pools[0] with { Name = "other", Backends = [staying.Options] }],
                Listeners = [before.Listeners[0] with { Pool = "other" }],
            },
        };
        await using var daemon = await RunningDaemon.StartAsync(before);
        Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync()).Status);
        Assert.False(closed.Task.IsCompleted);

        await daemon.ApplyAsync(after);
        await daemon.GetAsync(); // Other settings are noticed by the next request.

        await closed.Task.WaitAsync(Patience, TimeProvider.System);
    }

    [Fact]
    public async Task RequestUnderWay_IsAnsweredByTheBackendThatWasRemoved()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource done = new();
        await using var leaving = await WebBackend.StartAsync("leaving", async context =>
        {
            begun.SetResult();
            await done.Task;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, "late");
        });
        await using var staying = await WebBackend.StartAsync("staying");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(leaving.Options));
        using var client = HttpSetup.NewClient();
        var late = client.GetStringAsync(daemon.Uri());
        await begun.Task.WaitAsync(Patience, TimeProvider.System);

        await daemon.ApplyAsync(HttpSetup.Http(leaving.Options).With((PoolOptions p) => p with { Upstream = new UpstreamOptions { Http2 = true } }));
        _ = daemon.GetAsync();
        done.SetResult();

        Assert.Equal("late", await late.WaitAsync(Patience, TimeProvider.System));
    }

    private static async Task EndOfAsync(System.Net.Sockets.NetworkStream stream, TaskCompletionSource closed, CancellationToken stop)
    {
        while (await stream.ReadAsync(new byte[1024], stop) > 0)
        {
        }

        closed.TrySetResult();
    }
}
