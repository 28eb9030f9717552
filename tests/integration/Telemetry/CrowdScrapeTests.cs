using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>A scrape while there are 9,000 connections.</summary>
[Collection("crowd")] // One at a time: there are 20,000 descriptors.
public sealed class CrowdScrapeTests(ITestOutputHelper output) : IDisposable
{
    private const int Connections = 9000;
    private const int ConnectsAtOnce = 100;
    private const int Scrapes = 9;
    private const int Backlog = 4096;

    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Never accept: the kernel completes the handshakes, and this process has no descriptor for them.</summary>
    private readonly Socket[] _backends = [.. Enumerable.Range(0, 4).Select(_ => NewListener())];

    private readonly List<Socket> _clients = [];

    public void Dispose()
    {
        _clients.ForEach(c => c.Dispose());
        Array.ForEach(_backends, b => b.Dispose());
    }

    [Fact]
    public async Task Scrape_AnswersWithinASecond()
    {
        var (front, admin) = (HaProxy.NewEndPoint(), HaProxy.NewEndPoint());
        using var file = ConfigurationOnDisk.In(folder => Configuration(folder, front, admin));
        await using var apilb = ApilbProcess.Start(["run", "--config", file.File]);
        await apilb.SaysAsync("is ready");
        await ConnectAllAsync(front);
        using HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
        Uri metrics = new($"http://{admin}/metrics");
        await AllAreServedAsync(http, metrics);

        List<TimeSpan> took = [];
        for (var i = 0; i < Scrapes; i++)
        {
            var started = TimeProvider.System.GetTimestamp();
            Assert.Equal(Connections, ConnectionsIn(await http.GetStringAsync(metrics)));
            took.Add(TimeProvider.System.GetElapsedTime(started));
        }

        took.Sort();
        output.WriteLine($"{Scrapes} scrapes at {Connections} connections: median {took[Scrapes / 2].TotalMilliseconds:F0} ms, slowest {took[^1].TotalMilliseconds:F0} ms");
        Assert.InRange(took[Scrapes / 2], TimeSpan.Zero, Allowed);
    }

    private string Configuration(string folder, IPEndPoint front, IPEndPoint admin) =>
        $$"""
        listeners:
          api: { bind: "{{front}}", protocol: tcp, pool: control-plane }
        pools:
          control-plane:
            balance: round-robin
            backends: [{{string.Join(", ", _backends.Select((b, i) => $"\"cp{i}={b.LocalEndPoint}\""))}}]
            health: { type: tcp, interval: 1h, fastInterval: 1h }
        admin: { socket: {{folder}}/admin.sock, listen: "{{admin}}" }
        shutdown: { grace: 0s }
        stateDirectory: none
        """;

    private async Task ConnectAllAsync(IPEndPoint front)
    {
        while (_clients.Count < Connections)
        {
            var some = Enumerable.Range(0, ConnectsAtOnce).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
            _clients.AddRange(some);
            await Task.WhenAll(some.Select(s => s.ConnectAsync(front)));
        }
    }

    private static async Task AllAreServedAsync(HttpClient http, Uri metrics)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (ConnectionsIn(await http.GetStringAsync(metrics)) is var seen and not Connections)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"after {Patience.TotalSeconds} s {seen} connections are served");
        }
    }

    private static int ConnectionsIn(string metrics) => metrics.Split('\n')
        .Where(l => l.StartsWith("apilb_backend_connections_by_class{", StringComparison.Ordinal)).Sum(l => int.Parse(l.Split(' ')[^1], CultureInfo.InvariantCulture));

    private static Socket NewListener()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(Backlog);
        return socket;
    }
}
