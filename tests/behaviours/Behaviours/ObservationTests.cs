using System.Text.RegularExpressions;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>What it says about itself, and what becomes of clients when nobody can hear it.</summary>
public sealed partial class ObservationTests
{
    private const int Crowd = 1500;

    [Theory]
    [Row(66, "nobody reads what it logs, and 1,500 clients come", "all of them are served")]
    public async Task LogIsStuck_ClientsAreServed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member] }, reads: false);

        Assert.Equal(Crowd, (await bench.AskAsync(Crowd)).Count);
    }

    [Theory]
    [Row(66, "the disk to which it logs is full, and 1,500 clients come", "all of them are served", Note = "/dev/full")]
    public async Task DiskIsFull_ClientsAreServed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member] }, ["bash", "-c", "exec \"$@\" > /dev/full 2>&1", "launcher"], reads: false);

        Assert.Equal(Crowd, (await bench.AskAsync(Crowd)).Count);
    }

    [Theory]
    [Row(67, "metrics are scraped 100 times while 2,000 clients are connected and one scraper does not read", "each answer comes within a second, is well-formed, and has the true number of connections", Needs = Feature.Metrics, Note = "2,000 instead of 65,000: 20,000 descriptors")]
    public async Task ScrapesUnderLoad_TellTheTruth(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], LogsConnections = false });
        List<Connection> clients = [];
        for (var i = 0; i < 2000; i++)
        {
            clients.Add(await bench.ConnectAsync());
        }

        await Eventually.HoldsAsync(() => a.Accepts >= 2000, () => $"{a.Accepts} connections");
        using var slow = await bench.ConnectAsync(listener: "127.0.0.1:8404");
        await slow.SendAsync("GET /metrics HTTP/1.1\r\nHost: metrics\r\n\r\n");
        for (var i = 0; i < 100; i++)
        {
            var began = TimeProvider.System.GetTimestamp();
            var metrics = await bench.Process.MetricsAsync();
            Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(1));
            Assert.All(metrics.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches(Line(), line));
            Assert.Equal(2000, await bench.Process.MetricAsync(bench.Balancer.ConnectionsSeries));
        }

        clients.ForEach(client => client.Reset());
    }

    [Theory]
    [Row(69, "connections end in five ways: by both sides finishing, the client resetting, the backend resetting, idleness, no backend", "each is told once, and each in its own word", Needs = Feature.Endings)]
    public async Task EachEnding_HasItsWord(string balancer)
    {
        List<string> words =
        [
            await EndingAsync(balancer, new Setup(), async (bench, a) =>
            {
                var (client, server) = await PairAsync(bench, a);
                client.Finish();
                await server.EndAsync();
                server.Finish();
                await client.EndAsync();
            }),
            await EndingAsync(balancer, new Setup(), async (bench, a) =>
            {
                var (client, server) = await PairAsync(bench, a);
                client.Reset();
                await server.EndAsync();
                server.Dispose();
            }),
            await EndingAsync(balancer, new Setup(), async (bench, a) =>
            {
                var (client, server) = await PairAsync(bench, a);
                server.Reset();
                await client.EndAsync();
            }),
            await EndingAsync(balancer, new Setup { Idle = TimeSpan.FromSeconds(1) }, async (bench, a) =>
            {
                var (client, server) = await PairAsync(bench, a);
                await client.EndAsync();
                server.Dispose();
            }),
            await EndingAsync(balancer, new Setup(), async (bench, a) =>
            {
                await a.RefuseAsync();
                await bench.EndOfNewAsync();
            }),
        ];

        Remark.Say($"{string.Join(' ', words)}");
        Assert.Equal(words.Count, words.Distinct().Count());
    }

    /// <summary>Both ends of a connection on which something was said.</summary>
    private static async Task<(Connection Client, Connection Server)> PairAsync(Bench bench, Backend a)
    {
        var client = await bench.ConnectAsync();
        var server = await a.AcceptAsync();
        await client.SendAsync("x");
        await server.SendAsync(await server.ReadAsync(1));
        await client.ReadAsync(1);
        return (client, server);
    }

    private static async Task<string> EndingAsync(string balancer, Setup setup, Func<Bench, Backend, Task> end)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(setup with { Backends = [a.Member] });

        await end(bench, a);

        IReadOnlyList<string> endings = [];
        await Eventually.HoldsAsync(async () => (endings = await bench.Balancer.EndingsAsync(bench.Process)).Count > 0, () => "nothing was told:\n" + bench.Process.Log, TimeSpan.FromSeconds(5));
        return Assert.Single(endings);
    }

    // A comment, or a name with labels, a value and perhaps a timestamp: the text format 0.0.4 of Prometheus.
    [GeneratedRegex("""^(#.*|[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)*\})? [-+0-9.eEInfNa]+( \d+)?)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
