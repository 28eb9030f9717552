using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>The balancer has no file descriptor left.</summary>
public sealed class DescriptorTests
{
    private const int Descriptors = 1024;

    /// <summary>More than two descriptors each are there for, less than the queues of all three take beyond that.</summary>
    private const int Crowd = 700;

    private const int Served = 100;

    private const double Quiet = 0.05;

    [Theory]
    [Row(52, "clients take all file descriptors (1,024)", "clients that are served stay so; the balancer uses less than 5 % of a core meanwhile, and serves new ones as soon as others leave")]
    public async Task DescriptorsRunOut_AcceptingWaitsAndResumes(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await StartAsync(bench, new Setup { Backends = [a.Member] });
        using var first = await bench.ConnectAsync();
        Assert.Equal("A", await first.WhoAsync());
        var clients = await CrowdAsync(bench);

        await bench.Process.Family.IsQuietAsync(Quiet);
        Assert.Equal("A", await first.WhoAsync());
        clients.ForEach(client => client.Reset());

        await Eventually.HoldsAsync(async () => await bench.WhoIfAnybodyAsync() == "A", () => "new clients are not served");
    }

    [Theory]
    [Row(52, "the same, while checks are made and metrics are scraped", "checks go on, metrics are served to new scrapers, and tell how many are connected and how many were turned away", Needs = Feature.Checks | Feature.Metrics)]
    public async Task DescriptorsRunOut_ChecksAndMetricsGoOn(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.ApiServer("A");
        await StartAsync(bench, new Setup { Backends = [a.Member], Check = new Check { Timeout = TimeSpan.FromSeconds(10) } });
        var clients = await CrowdAsync(bench);
        await bench.Process.Family.IsQuietAsync(2 * Quiet); // With the checks' own work: what is in its queue has been taken or not.

        await a.CheckedAsync(5);
        var turnedAway = (await bench.Balancer.EndingsAsync(bench.Process)).Count(bench.Balancer.WordsFor(CloseCause.Limit).Contains);
        Remark.Say($"{turnedAway} of {Crowd} turned away");
        Assert.InRange(await bench.Process.MetricAsync(bench.Balancer.ConnectionsSeries) + turnedAway, turnedAway == 0 ? 1 : Crowd, Crowd);
        Assert.Empty(bench.Balancer.Complaints(bench.Process.Log));
        clients.ForEach(client => client.Reset());
    }

    [Theory]
    [Row(52, "the limit of the running balancer is lowered to what it has open (prlimit), and more clients come", "clients that are served stay so, the balancer uses less than 5 % of a core meanwhile, and serves new ones as soon as others leave")]
    public async Task DescriptorsAreTaken_AcceptingWaitsAndResumes(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await StartAsync(bench, new Setup { Backends = [a.Member] });
        List<Connection> clients = [];
        for (var i = 0; i < Served; i++)
        {
            clients.Add(await bench.ConnectAsync());
            Assert.Equal("A", await clients[i].WhoAsync());
        }

        await bench.Process.Family.TakeDescriptorsAsync(aboveSockets: true);
        for (var i = 0; i < Served; i++)
        {
            clients.Add(await bench.ConnectAsync());
        }

        await bench.Process.Family.IsQuietAsync(Quiet);
        Assert.Equal("A", await clients[0].WhoAsync());
        clients.ForEach(client => client.Reset());

        await Eventually.HoldsAsync(async () => await bench.WhoIfAnybodyAsync() == "A", () => "new clients are not served");
    }

    [Theory]
    [Row(52, "it is lowered until nothing at all can be opened, while checks are made and metrics are scraped on connections that are kept", "both go on, a new client waits, no backend is marked down, and a metric counts", Needs = Feature.Checks | Feature.ShortageMetric)]
    public async Task DescriptorsAreTaken_KeptConnectionsGoOn(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.ApiServer("A");
        await StartAsync(bench, new Setup { Backends = [a.Member], Tls = true, Check = new Check { Timeout = TimeSpan.FromSeconds(10) } });
        using var metrics = LocalHttp.On(bench.Host, keeps: true);
        using var served = await bench.ConnectTlsAsync();
        Assert.Equal("A", await served.WhoAsync());
        Assert.Equal(0, await PausesAsync());

        await bench.Process.Family.TakeDescriptorsAsync();
        using var waiting = await bench.ConnectAsync();
        await waiting.SendAsync(ClientHello.Records(ClientHello.Message(Authority.Name)));

        await Eventually.HoldsAsync(async () => await PausesAsync() >= 3, () => "no pauses are counted:\n" + bench.Process.Log);
        await a.CheckedAsync(10);
        Assert.Empty(bench.Balancer.Complaints(bench.Process.Log));
        Assert.Equal("A", await served.WhoAsync());

        async Task<double> PausesAsync() =>
            BalancerProcess.Value(await metrics.GetStringAsync(new Uri("http://127.0.0.1:8404/metrics")), bench.Balancer.ShortageSeries);
    }

    private static Task StartAsync(Bench bench, Setup setup) => bench.StartAsync(
        setup with { LogsConnections = false, Descriptors = Descriptors }, ["prlimit", $"--nofile={Descriptors}:{Descriptors}"]);

    /// <summary>Those of them that are not turned away.</summary>
    private static async Task<List<Connection>> CrowdAsync(Bench bench)
    {
        List<Connection> clients = [];
        for (var i = 0; i < Crowd; i++)
        {
            if (await bench.TryConnectAsync() is { } client)
            {
                clients.Add(client);
            }
        }

        return clients;
    }
}
