using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>More clients than the process has file descriptors for.</summary>
public sealed class DescriptorShortageTests : IAsyncDisposable
{
    private const int Descriptors = 1024;
    private const int Carried = 240;
    private const int AskedFor = 1_000_000;

    private const int MostWindows = 5;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    private readonly FakeApiserver _cp1 = new(certificate: null);
    private readonly ConfigurationOnDisk _configuration;
    private readonly IPEndPoint _listener;
    private readonly IPEndPoint _admin;

    public DescriptorShortageTests()
    {
        var ports = FreePorts(2);
        _listener = new IPEndPoint(IPAddress.Loopback, ports[0]);
        _admin = new IPEndPoint(IPAddress.Loopback, ports[1]);
        _configuration = ConfigurationOnDisk.In(folder =>
            $$"""
            listeners:
              api: { bind: "{{_listener}}", protocol: tcp, pool: control-plane }
            pools:
              control-plane:
                backends: ["cp1=127.0.0.1:{{_cp1.Port}}"]
                health: { type: http, interval: 100ms, freshConnectionEvery: 1000 }
            limits: { maxConnections: {{AskedFor}} }
            admin: { socket: {{folder}}/admin.sock, listen: "{{_admin}}" }
            transport: { reactors: 1 }
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        _configuration.Dispose();
    }

    [Fact]
    public async Task ClientsBeyondTheLimit_LeaveDescriptorsForChecksAndAdmin()
    {
        await using var apilb = await StartAsync();
        await apilb.SaysAsync($"limits.maxConnections: {AskedFor} is more than {Descriptors} file descriptors carry; the limit is {Carried}.");
        await apilb.SaysAsync($"at most {Carried}");
        List<Client> clients = [];
        for (var i = 0; i < Carried; i++)
        {
            clients.Add(await Client.ConnectAsync(_listener));
            await AskAsync(clients[^1]);
        }

        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(_listener));
        }

        var metrics = await MetricsAsync();
        Assert.Equal(Carried, Sample(metrics, "apilb_connections"));
        Assert.Equal(Carried, Sample(metrics, "apilb_connections_limit"));
        Assert.Equal(100, Sample(metrics, "apilb_listener_connections_total{listener=\"api\",result=\"limit_global\"}"));
        Assert.InRange(Sample(metrics, "process_open_fds"), 2 * Carried, Descriptors - 256);
        Assert.Contains($"\"maxConnections\": {Carried}", await StatusAsync(), StringComparison.Ordinal);
        await ChecksGoOnAsync();
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task DescriptorsTakenAway_AcceptingWaitsQuietlyAndResumes()
    {
        await using var apilb = await StartAsync();
        using var kept = await Client.ConnectAsync(_listener);
        await AskAsync(kept);
        await MetricsAsync();
        await StatusAsync();

        await apilb.LimitDescriptorsAsync(10);
        using var waiting = await Client.ConnectAsync(_listener);
        var (answer, metrics, status) = (AskAsync(waiting), MetricsAsync(), StatusAsync());
        await apilb.SaysAsync($"{_listener}: cannot accept (errno 24)");
        await apilb.SaysAsync($"Admin: {_admin} cannot accept");
        var accepts = _cp1.Accepts;

        await QuietAsync(apilb);
        Assert.Single(apilb.Errors, l => l.Contains("cannot accept (errno 24)", StringComparison.Ordinal));
        await ChecksGoOnAsync();
        Assert.Equal(accepts, _cp1.Accepts);
        await AskAsync(kept);

        await apilb.LimitDescriptorsAsync(Descriptors);
        await answer;
        Assert.InRange(Sample(await metrics, "apilb_accept_pauses_total"), 1, int.MaxValue);
        Assert.Contains("maxConnections", await status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoDescriptorLeft_SystemdIsStillFed()
    {
        await using NotifySocket systemd = new();
        await using var apilb = await StartAsync(("NOTIFY_SOCKET", systemd.Path), ("WATCHDOG_USEC", "400000"));
        await Eventually.HoldsAsync(() => Feeds() >= 2, () => string.Join(" | ", systemd.Messages));

        await apilb.LimitDescriptorsAsync(apilb.LowestFreeDescriptor);
        using var waiting = await Client.ConnectAsync(_listener);
        await apilb.SaysAsync($"{_listener}: cannot accept (errno 24)");
        var feeds = Feeds();

        await Eventually.HoldsAsync(() => Feeds() >= feeds + 5, () => $"{Feeds() - feeds} feeds; {string.Join('\n', apilb.Errors)}");

        int Feeds() => systemd.Messages.Count(m => m == "WATCHDOG=1");
    }

    private static async Task AskAsync(Client client)
    {
        await client.SendAsync("GET / HTTP/1.1\r\nHost: api\r\n\r\n");
        Assert.EndsWith("HTTP/1.1 200 Whatever\r", await client.ReadLineAsync(), StringComparison.Ordinal);
        await client.ReadLineAsync();
        await client.ReadLineAsync();
    }

    private static double Sample(string metrics, string name) => double.Parse(
        metrics.Split('\n').Single(l => l.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);

    private static List<int> FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(l => l.Start());
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        listeners.ForEach(l => l.Dispose());
        return ports;
    }

    /// <summary>Less than 5 % of a core for some seconds. Not the first ones, in which the runtime compiles how errors are handled.</summary>
    private static async Task QuietAsync(ApilbProcess apilb)
    {
        var used = TimeSpan.MaxValue;
        for (var i = 0; i < MostWindows && used > Window / 20; i++)
        {
            var before = apilb.CpuTime;
            await Task.Delay(Window, TimeProvider.System);
            used = apilb.CpuTime - before;
        }

        Assert.InRange(used, TimeSpan.Zero, Window / 20);
    }

    private async Task<ApilbProcess> StartAsync(params (string Name, string Value)[] environment)
    {
        var apilb = ApilbProcess.StartWithin(Descriptors, ["run", "--config", _configuration.File], environment);
        await apilb.SaysAsync("is ready: 1/1 backends ready");
        return apilb;
    }

    private async Task ChecksGoOnAsync()
    {
        var requests = _cp1.Requests;
        await Eventually.HoldsAsync(() => _cp1.Requests > requests + 3, () => $"{_cp1.Requests - requests} checks");
    }

    private async Task<string> MetricsAsync()
    {
        using HttpClient http = new();
        return await http.GetStringAsync(new Uri($"http://{_admin}/metrics"));
    }

    private async Task<string> StatusAsync()
    {
        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(_configuration.AdminSocket), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using HttpClient http = new(handler);
        return await http.GetStringAsync(new Uri("http://apilb/v1/status"));
    }
}
