using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Xunit;
using static ApiLb.IntegrationTests.Http.Hostile.Http2Frame;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>HTTP/2 clients that break no rule, except that they go on for ever.</summary>
public sealed class Http2FloodTests(Proxies proxies) : IClassFixture<Proxies>
{
    private const int FramesAtOnce = 500;
    private const int Batches = 1000;

    private static readonly Dictionary<string, (byte[] Before, byte[] Frame)> Floods = new(StringComparer.Ordinal)
    {
        ["PING"] = ([], Of(Ping, 0, 0, new byte[8])),
        ["SETTINGS"] = ([], Setting(4, 65535)),
        ["Empty SETTINGS"] = ([], Of(Settings, 0, 0)),
        ["PRIORITY"] = ([], Of(Priority, 0, 1, [.. Number(0), 0])),
        ["WINDOW_UPDATE"] = ([], Of(WindowUpdate, 0, 0, Number(1))),
        ["Unknown frames"] = ([], Of(Unknown, 0, 0)),
        ["Empty DATA"] = (Post(1), Of(Data, 0, 1)),
        ["Empty CONTINUATION"] = (Of(Headers, EndStream, 1, Fields("GET")), Of(Continuation, 0, 1)),
    };

    public static TheoryData<string> Names() => [.. Floods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task FramesToNoPurpose_EndTheConnection(string name)
    {
        var (before, frame) = Floods[name];
        var counted = await proxies.FaultsAsync();
        await using var attacker = await Http2Attacker.ConnectAsync(proxies.ApiLbWithTls.EndPoint, Of(Settings, 0, 0));
        await attacker.SendAsync(before);
        var batch = Repeat(FramesAtOnce, frame);

        await attacker.FloodAsync(Batches, _ => batch);

        await EndedForAsync(ClientFault.ControlFrameFlood, attacker, counted);
    }

    [Fact]
    public async Task RapidReset_EndsTheConnection()
    {
        var counted = await proxies.FaultsAsync();
        await using var attacker = await Http2Attacker.ConnectAsync(proxies.ApiLbWithTls.EndPoint, Of(Settings, 0, 0));
        var stream = -1;

        await attacker.FloodAsync(Batches, _ => [.. Enumerable.Range(0, FramesAtOnce / 2).SelectMany(_ => (byte[])[.. Get(stream += 2), .. Of(ResetStream, 0, stream, Number(8))])]);

        // Whichever limit is met first: ours, or Kestrel's for answers to all that.
        await EndedForAsync(ClientFault.RapidReset, attacker, counted, "output_queue_size_exceeded");
    }

    /// <summary>Kestrel alone keeps one in some fifty for ever: it has lost a stream for which it waits.</summary>
    [Fact]
    public async Task ManyRapidResets_LeaveNoConnection()
    {
        const int Attackers = 45;
        await using RecordingBackend backend = new();
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(proxies.Tls, backend.Options));

        await Parallel.ForEachAsync(Enumerable.Range(0, Attackers), new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (_, _) =>
        {
            var stream = -1;
            await using var attacker = await Http2Attacker.ConnectAsync(daemon.EndPoint, Of(Settings, 0, 0));
            await attacker.FloodAsync(Batches, _ => [.. Enumerable.Range(0, FramesAtOnce / 2).SelectMany(_ => (byte[])[.. Get(stream += 2), .. Of(ResetStream, 0, stream, Number(8))])]);
            await attacker.EndAsync();
        });

        await Eventually.HoldsAsync(() => daemon.Counters.Active == 0, () => $"{daemon.Counters.Active} connections are left");
    }

    [Fact]
    public async Task StreamsBeyondTheLimit_AreRefusedOneByOne()
    {
        const int Limit = 100;
        const int More = 20;
        var requests = 0;
        TaskCompletionSource go = new();
        await using var backend = await WebBackend.StartAsync("b1", async _ =>
        {
            Interlocked.Increment(ref requests);
            await go.Task;
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(proxies.Tls, backend.Options));
        await using var attacker = await Http2Attacker.ConnectAsync(daemon.EndPoint, Of(Settings, 0, 0));

        await attacker.SendAsync([.. Enumerable.Range(0, Limit + More).SelectMany(i => Get((2 * i) + 1))]);
        await Eventually.HoldsAsync(() => attacker.Heard.Count == More && requests == Limit, () => $"{attacker.Heard.Count} refused, {requests} at the backend");

        Assert.All(attacker.Heard, said => Assert.Equal("RST_STREAM REFUSED_STREAM", said));
        Assert.Equal(More, daemon.Counters.BadRequests(RefusedRequest.Http2Stream));
        go.SetResult();
        await Eventually.HoldsAsync(() => attacker.Heard.Count(said => said == "200") == Limit, () => $"{attacker.Heard.Count} answers");
        Assert.Equal(Limit, requests);
    }

    [Fact]
    public async Task ClientThatTakesNothing_IsCutByTheIdleTimeout()
    {
        const int Streams = 100;
        const int Blocks = 256;
        const string Idle = "apilb_http_request_failures_total{listener=\"web\",route=\"*/\",pool=\"control-plane\",reason=\"idle\"}";
        await using var backend = await WebBackend.StartAsync("b1", async context =>
        {
            for (var i = context.Request.Path == "/healthy" ? Blocks : 0; i < Blocks; i++)
            {
                await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
            }

            await context.Response.WriteAsync("ok");
        });
        var options = HttpSetup.Https(proxies.Tls, backend.Options).WithTerms(r => r with { IdleTimeout = TimeSpan.FromSeconds(3) });
        await using var daemon = await RunningDaemon.StartAsync(options);
        await using var attacker = await Http2Attacker.ConnectAsync(daemon.EndPoint, Setting(4, 0));

        await attacker.SendAsync([.. Enumerable.Range(0, Streams).SelectMany(i => Get((2 * i) + 1))]);
        await Eventually.HoldsAsync(
            () => attacker.Heard.Count(said => said == "RST_STREAM INTERNAL_ERROR") == Streams && daemon.Backend("b1").Counters.Active == 0,
            () => $"{attacker.Heard.Count} things heard, {daemon.Backend("b1").Counters.Active} requests at the backend");

        Assert.Equal(0, attacker.BodyBytes);
        await Proxies.ServesAsync(daemon);
        await Eventually.BecomesAsync(Streams, () => daemon.MetricAsync(Idle), "requests cut for idleness");
    }

    private async Task EndedForAsync(string reason, Http2Attacker attacker, IReadOnlyDictionary<string, long> counted, string? orElse = null)
    {
        Assert.DoesNotContain("open", await attacker.EndAsync(), StringComparison.Ordinal);
        await Eventually.BecomesAsync("", async () => await proxies.FaultsAsync() is var now && (Proxies.IsCounted(reason, counted, now) || Proxies.IsCounted(orElse ?? reason, counted, now))
            ? ""
            : $"{attacker.Heard.LastOrDefault()}; {proxies.ApiLbWithTls.Counters.Active} connections, {proxies.ApiLbWithTls.Backend("recorder").Counters.Active} requests; {string.Join(", ", now.Where(f => f.Value > counted.GetValueOrDefault(f.Key)))}", $"{reason} being counted");
        await Proxies.ServesAsync(proxies.ApiLbWithTls);
    }
}
