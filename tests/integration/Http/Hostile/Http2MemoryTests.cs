using System.Globalization;
using System.Net;
using ApiLb.IntegrationTests.Upgrade;
using Microsoft.AspNetCore.Http;
using Xunit;
using static ApiLb.IntegrationTests.Http.Hostile.Http2Frame;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>The built executable under all of it at once: what it takes in memory, and what happens to others.</summary>
public sealed class Http2MemoryTests : IAsyncLifetime
{
    private const int AttackersOfEachKind = 4;
    private const int Batches = 200;
    private const long MostMemory = 600L << 20;
    private const int Blocks = 256;

    private static readonly byte[] Block = new byte[64 * 1024];

    private WebLineage _lineage = null!;

    public async ValueTask InitializeAsync() => _lineage = await WebLineage.LayAsync(AnswerAsync);

    public ValueTask DisposeAsync() => _lineage.DisposeAsync();

    [Fact]
    public async Task FloodsBombsAndStallsAtOnce_TakeLittleMemoryAndHoldNobodyUp()
    {
        using var daemon = await _lineage.Processes.StartAsync();
        await using RequestLoad others = new(new Uri($"https://{_lineage.Secure}/healthy"), clients: 2, HttpVersion.Version20);
        await others.ServesAsync(50);
        var pings = Repeat(500, Of(Ping, 0, 0, new byte[8]));
        var bomb = Get(1, [.. KeptField("x", new string('a', 3900)), .. Enumerable.Repeat((byte)0xBE, 4000)]);
        var longHeader = Of(Continuation, 0, 1, Field("x", new string('a', 16000)));
        var stream = -1;
        List<Http2Attacker> stalled = [];

        var attacks = Enumerable.Range(0, AttackersOfEachKind).Select(_ => Task.WhenAll(
            FloodAsync([], _ => pings),
            FloodAsync([], _ => [.. Enumerable.Range(0, 250).Select(_ => Interlocked.Add(ref stream, 2)).SelectMany(s => (byte[])[.. Get(s), .. Of(ResetStream, 0, s, Number(8))])]),
            FloodAsync(Of(Headers, EndStream, 1, Fields("GET")), _ => longHeader),
            FloodAsync([], _ => bomb)));
        await Task.WhenAll(attacks);
        for (var i = 0; i < AttackersOfEachKind; i++)
        {
            stalled.Add(await Http2Attacker.ConnectAsync(_lineage.Secure, Setting(4, 0)));
            await stalled[^1].SendAsync([.. Enumerable.Range(0, 100).SelectMany(s => Get((2 * s) + 1))]);
        }

        await others.ServesAsync(200);
        await others.StopAsync();
        Assert.Empty(others.Failures);
        Assert.InRange(await PeakOfAsync(daemon.Id), 0, MostMemory);
        foreach (var attacker in stalled)
        {
            await attacker.DisposeAsync();
        }
    }

    private async Task FloodAsync(byte[] before, Func<int, byte[]> batch)
    {
        await using var attacker = await Http2Attacker.ConnectAsync(_lineage.Secure, [.. Of(Settings, 0, 0), .. before]);
        await attacker.FloodAsync(Batches, batch);
        Assert.DoesNotContain("open", await attacker.EndAsync(), StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/healthy")
        {
            await context.Response.WriteAsync("ok");
            return;
        }

        // Not without end: writing to an aborted connection takes no time, and would take all threads.
        for (var i = 0; i < Blocks && !context.RequestAborted.IsCancellationRequested; i++)
        {
            await context.Response.Body.WriteAsync(Block, context.RequestAborted);
        }
    }

    /// <summary>The most that was ever resident (proc(5)).</summary>
    private static async Task<long> PeakOfAsync(int pid)
    {
        var line = (await File.ReadAllLinesAsync($"/proc/{pid}/status")).Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
