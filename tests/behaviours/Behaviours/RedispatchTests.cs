using System.Diagnostics;
using System.Globalization;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>The chosen backend cannot be had: its client must not notice.</summary>
public sealed class RedispatchTests
{
    private const int Clients = 6;
    private const int Times = 10;

    [Theory]
    [Row(16, "a backend refuses", "its client is served by the other, on the same connection and with its first bytes")]
    public async Task BackendRefuses_TheOtherServes(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        await bench.StartAsync(a, b);

        await a.RefuseAsync();

        Assert.All(await bench.AskAsync(Clients), name => Assert.Equal("B", name));
    }

    [Theory]
    [Row(17, "a backend drops attempts to connect", "the other serves within the connect timeout (1 s) and a little, with the bytes that came meanwhile")]
    public async Task BackendDropsSyns_TheOtherServesInTime(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        await bench.StartAsync(a, b);
        await bench.Host.DropSynsAsync(Bench.AddressOf("A"));
        List<TimeSpan> times = [];

        for (var i = 0; i < Clients; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Assert.Equal("B", await bench.WhoAsync());
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        Remark.Say($"slowest {times.Max().TotalMilliseconds:F0} ms");
        Assert.InRange(times.Max(), TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    [Theory]
    [Row(18, "there is no route to a backend", "the other serves, and nobody notices")]
    public async Task NoRouteToABackend_TheOtherServes(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.Host.IpAsync("address", "add", "10.9.9.11/32", "dev", "lo");
        var (a, b) = (bench.Answering("A", "10.9.9.11:7001"), bench.Answering("B"));
        await bench.StartAsync(a, b);

        await bench.Host.IpAsync("address", "delete", "10.9.9.11/32", "dev", "lo");
        await bench.Host.IpAsync("route", "add", "unreachable", "10.9.9.11/32");

        Assert.All(await bench.AskAsync(Clients), name => Assert.Equal("B", name));
    }

    [Theory]
    [Row(18, "the local ports towards a backend run out", "the other serves meanwhile; it is not held against the backend, which serves again as soon as there are ports")]
    public async Task LocalPortsRunOut_IsNotTheBackendsFault(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        await bench.StartAsync(a, b);
        await bench.Host.SetAsync("net.ipv4.ip_local_port_range", "20000 20019");
        List<Connection> held = [];
        for (var i = 0; i < 20; i++)
        {
            held.Add(await HoldAsync(bench, a));
        }

        for (var i = 0; i < Clients; i++)
        {
            using var client = await ClientAsync(bench, i);
            Assert.Equal("B", await client.WhoAsync());
        }

        held.ForEach(connection => connection.Reset());
        var names = new List<string>();
        for (var i = 0; i < Clients; i++)
        {
            using var client = await ClientAsync(bench, 100 + i);
            names.Add(await client.WhoAsync());
        }

        Assert.Contains("A", names);
    }

    [Theory]
    [Row(19, "all backends refuse", "the client's connection ends within 100 ms and is never left hanging; each is counted and logged, with that reason")]
    public async Task AllRefuse_ClientIsClosedAtOnce(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        await bench.StartAsync(a, b);
        await a.RefuseAsync();
        await b.RefuseAsync();
        await bench.EndOfNewAsync(); // The first time such code runs.
        List<TimeSpan> times = [];

        for (var i = 0; i < Times; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await bench.EndOfNewAsync();
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        var median = times.Order().ElementAt(times.Count / 2);
        Remark.Say($"{median.TotalMilliseconds:F1} ms");
        Assert.InRange(median, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        await bench.TellsEndsAsync(CloseCause.NoBackend, Times + 1);
    }

    [Theory]
    [Row(20, "no backend of three answers at all", "the client's connection ends within the 5 s that all attempts may take together")]
    public async Task AllDropSyns_ClientIsClosedWithinTheBudget(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        Backend[] backends = [bench.Answering("A"), bench.Answering("B"), bench.Answering("C")];
        await bench.StartAsync(backends);
        foreach (var backend in backends)
        {
            await bench.Host.DropSynsAsync(Bench.AddressOf(backend.Name));
        }

        using var client = await bench.ConnectAsync();
        var began = Stopwatch.GetTimestamp();
        await client.EndAsync(TimeSpan.FromSeconds(6.5));
        Remark.Say($"{Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s");
    }

    [Theory]
    [Row(21, "the client leaves while the balancer still connects", "the attempt is given up, and it is not held against the backend")]
    public async Task ClientLeavesWhileConnecting_AttemptIsCancelled(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], ConnectTimeout = TimeSpan.FromSeconds(4) });
        await bench.Host.DropSynsAsync(Bench.AddressOf("A"));
        using (var client = await bench.ConnectAsync())
        {
            await Eventually.HoldsAsync(async () => (await AttemptsAsync(bench)).Count > 0, () => "nobody is being connected to");
            client.Reset();
        }

        await Eventually.HoldsAsync(async () => (await AttemptsAsync(bench)).Count == 0, () => "still connecting", TimeSpan.FromSeconds(2));
        await bench.Host.HealAsync();
        Assert.Equal("A", await bench.WhoAsync());
    }

    private static Task<IReadOnlyList<string>> AttemptsAsync(Bench bench) => bench.Host.SocketsAsync("state", "syn-sent", "dport", "=", ":7001");

    /// <summary>Occupies one local port towards a backend.</summary>
    private static async Task<Connection> HoldAsync(Bench bench, Backend backend) => await bench.ConnectAsync(listener: backend.Address);

    /// <summary>A client whose port is outside of the range.</summary>
    private static Task<Connection> ClientAsync(Bench bench, int number) =>
        bench.ConnectAsync(string.Create(CultureInfo.InvariantCulture, $"127.0.0.77:{30000 + number}"));
}
