using System.Security.Authentication;
using System.Security.Cryptography;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>What a tls listener does with clients and their ClientHello.</summary>
public sealed class TlsListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);
    private readonly ClusterCa _ca = new();
    private readonly TlsBackend _cp1;

    public TlsListenerTests() => _cp1 = new TlsBackend("cp1", _ca);

    private ApiLbOptions One => Setup.Tls(_cp1.Options);

    private ApiLbOptions OneForTheQuick => One.With((ListenerOptions l) => l with { FirstFlightTimeout = Soon });

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        _ca.Dispose();
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Handshake_IsTheBackends_AndAMebibyteComesBack(SslProtocols protocol)
    {
        await using var daemon = await RunningDaemon.StartAsync(One);
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca, protocol);
        var bytes = RandomNumberGenerator.GetBytes(1 << 20);

        var echo = await client.EchoAsync(bytes);

        Assert.Equal(("cp1", protocol), (client.Greeting, client.Protocol));
        Assert.True(bytes.AsSpan().SequenceEqual(echo));
        Assert.Equal((1, 1), (_cp1.Hellos, _cp1.Handshakes));
    }

    [Fact]
    public async Task HelloInOneByteSegments_IsServed()
    {
        await using var daemon = await RunningDaemon.StartAsync(One);
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca, over: s => new DrippingStream(s));

        Assert.Equal("cp1", client.Greeting);
        Assert.Equal(1, _cp1.Hellos);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("x")]
    public async Task ClientWithoutTls_IsResetAndReachesNobody(string text)
    {
        await using var daemon = await RunningDaemon.StartAsync(One);
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(text);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await AssertBadHelloAsync(daemon);
        Assert.Equal(1, daemon.Counters.BadHellos(BadHelloCause.NotTls, isForwarded: false));
    }

    [Fact]
    public async Task ClientThatFinishesWithinItsHello_IsABadHello()
    {
        await using var daemon = await RunningDaemon.StartAsync(One);
        using var client = await daemon.ConnectAsync();
        await client.SendAsync([22, 3, 1, 1]);
        client.FinishSending();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await AssertBadHelloAsync(daemon);
        Assert.Equal(1, await daemon.MetricAsync(BadHellos("truncated")));
    }

    [Fact]
    public async Task HelloTooLong_IsABadHello()
    {
        await using var daemon = await RunningDaemon.StartAsync(One);
        using var client = await daemon.ConnectAsync();
        await client.SendAsync([22, 3, 1, 0x40, 0, 1, 0, 0x3F, 0xFD]);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await AssertBadHelloAsync(daemon);
        Assert.Equal(1, await daemon.MetricAsync(BadHellos("too_large")));
    }

    [Fact]
    public async Task SilentClient_IsCutAndReachesNobody()
    {
        await using var daemon = await RunningDaemon.StartAsync(OneForTheQuick);
        using var client = await daemon.ConnectAsync();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await AssertBadHelloAsync(daemon);
        Assert.Equal(1, await daemon.MetricAsync(BadHellos("timeout")));
    }

    [Fact]
    public async Task ClientThatDripsForEver_IsCutAtTheSameTime()
    {
        await using var daemon = await RunningDaemon.StartAsync(OneForTheQuick);
        using var client = await daemon.ConnectAsync();
        await client.SendAsync([22, 3, 1, 2, 0, 1, 0, 1, 0xFC]);
        var end = client.EndAsync();
        while (!end.IsCompleted && daemon.Counters.Closes(CloseReason.BadHello) == 0)
        {
            // Always sooner than the time-out, for as long as it is let.
            await DripAsync(client);
        }

        Assert.Equal(ConnectionEnd.Reset, await end);
        await AssertBadHelloAsync(daemon);
    }

    [Fact]
    public async Task ManySlowClients_AreCutWhileOthersAreServed()
    {
        await using var daemon = await RunningDaemon.StartAsync(OneForTheQuick);
        var slow = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => daemon.ConnectAsync()));
        await Task.WhenAll(slow.Select(client => client.SendAsync([22, 3, 1])));
        var ends = Task.WhenAll(slow.Select(client => client.EndAsync()));
        var served = 0;
        do
        {
            await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca);
            served += client.Greeting == "cp1" ? 1 : 0;
        }
        while (!ends.IsCompleted);

        Assert.All(await ends, end => Assert.Equal(ConnectionEnd.Reset, end));
        Assert.Equal((100, served), (daemon.Counters.BadHellos(BadHelloCause.Timeout, isForwarded: false), _cp1.Handshakes));
        Array.ForEach(slow, client => client.Dispose());
    }

    [Fact]
    public async Task ClientThatResetsWithinItsHello_IsCountedAsSuch()
    {
        await using var daemon = await RunningDaemon.StartAsync(One);
        var client = await daemon.ConnectAsync();
        await client.SendAsync([22, 3, 1]);
        await Eventually.HoldsAsync(() => daemon.Counters.Accepted == 1, () => "not accepted");

        client.Reset();

        await daemon.ClosesReachAsync(CloseReason.ClientReset, 1);
        Assert.Equal(0, _cp1.Hellos);
    }

    private static string BadHellos(string cause) =>
        $"apilb_listener_bad_hellos_total{{listener=\"{Setup.Listener}\",cause=\"{cause}\",action=\"rejected\"}}";

    private static async Task DripAsync(Client client)
    {
        try
        {
            await client.SendAsync([0]);
            await Task.Delay(Soon / 4, TimeProvider.System);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // Cut: what the test waits for.
        }
    }

    private async Task AssertBadHelloAsync(RunningDaemon daemon)
    {
        await daemon.ClosesReachAsync(CloseReason.BadHello, 1);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_listener_connections_total{{listener=\"{Setup.Listener}\",result=\"bad_hello\"}}"));
        Assert.Equal((0, 0), (_cp1.Hellos, daemon.Backend("cp1").Counters.Connections));
        Assert.Equal(1, _cp1.Accepts);
    }
}
