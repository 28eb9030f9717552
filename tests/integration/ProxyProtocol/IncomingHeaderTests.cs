using System.Net;
using System.Text;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.ProxyProtocol;

/// <summary>Clients that come through a proxy. What the daemon took for the client is what it tells the backend.</summary>
public sealed class IncomingHeaderTests : IAsyncDisposable
{
    private const string Line = "PROXY TCP4 192.0.2.7 198.51.100.1 4711 443\r\n";
    private static readonly byte[] Binary =
        [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 17, 192, 0, 2, 7, 198, 51, 100, 1, 0x12, 0x67, 1, 0xBB, 4, 0, 2, 9, 9];

    private readonly ClusterCa _ca = new();
    private readonly HeaderBackend _cp1;
    private readonly TlsBackend _tls;

    public IncomingHeaderTests()
    {
        _cp1 = new HeaderBackend("cp1", speaksFirst: true);
        _tls = new TlsBackend("cp1", _ca);
    }

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _tls.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task HeaderAloneAndTheServerSpeaksFirst_TheClientIsTheOneInIt()
    {
        await using var daemon = await RunningDaemon.StartAsync(Tcp("127.0.0.0/8"));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(Line);

        Assert.Equal("v1 192.0.2.7:4711 198.51.100.1:443", await client.ReadLineAsync());
        await client.SendAsync("a\n");
        Assert.StartsWith("a v1", await client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BinaryHeaderAndWordsInOneSegment_NeitherIsLost()
    {
        await using var daemon = await RunningDaemon.StartAsync(Tcp("127.0.0.0/8"));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync([.. Binary, .. "a\n"u8]);

        Assert.Equal("v1 192.0.2.7:4711 198.51.100.1:443", await client.ReadLineAsync());
        Assert.StartsWith("a v1", await client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HeaderAndHelloInOneByteSegments_AreServed(bool isText)
    {
        await using var daemon = await RunningDaemon.StartAsync(Behind(Setup.Tls(_tls.Options), "127.0.0.1"));
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca, over: stream =>
        {
            foreach (var one in isText ? Encoding.ASCII.GetBytes(Line) : Binary)
            {
                stream.WriteByte(one);
            }

            return new DrippingStream(stream);
        });

        Assert.Equal("cp1", client.Greeting);
        Assert.Equal([1, 2, 3], await client.EchoAsync([1, 2, 3]));
    }

    [Fact]
    public async Task HeaderAndHelloInOneSegment_AreServed()
    {
        await using var daemon = await RunningDaemon.StartAsync(Behind(Setup.Tls(_tls.Options), "127.0.0.1"));
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca, over: stream =>
        {
            BufferedStream buffered = new(stream, 16384);
            buffered.Write(Binary);
            return buffered;
        });

        Assert.Equal("cp1", client.Greeting);
    }

    [Fact]
    public async Task LongHeader_IsServed()
    {
        await using var daemon = await RunningDaemon.StartAsync(Tcp("127.0.0.1"));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync([.. Binary[..14], 0x0F, 0xF0, .. Binary[16..28], 4, 0x0F, 0xE1, .. new byte[0xFE1]]);

        Assert.Equal("v1 192.0.2.7:4711 198.51.100.1:443", await client.ReadLineAsync());
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")]
    public async Task HeaderThatNamesNobody_LeavesThePeer(string header)
    {
        await using var daemon = await RunningDaemon.StartAsync(Tcp("::/0", "127.0.0.1"));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(header);

        Assert.Equal($"v1 {client.LocalEndPoint} {daemon.EndPoint}", await client.ReadLineAsync());
    }

    [Fact]
    public async Task HeaderThatNobodyAskedFor_IsOnlyBytesAndChangesNobodysAddress()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options));
        using var client = await daemon.ConnectAsync();

        Assert.Equal($"cp1 {Line.Trim()}", (await client.AskAsync(Line.Trim())).Trim());
        var seen = Assert.Single(daemon.Backend("cp1").Connections.Top(ConnectionOrder.Age, 10, _ => true)).Client;
        Assert.Equal(client.LocalEndPoint, seen.ToEndPoint());
    }

    [Fact]
    public async Task PeerThatIsNotListed_IsDeniedWhateverItSends()
    {
        await using var daemon = await RunningDaemon.StartAsync(Tcp("192.0.2.0/24", "::/0"));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(Line);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.Denied, 1);
        Assert.Equal(0, _cp1.Headers);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "not_proxy")]
    [InlineData("\x16\x03\x01\x02\0\x01", "not_proxy")]
    [InlineData("PROXY TCP4 300.0.0.1 ", "bad_address")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\r", "bad_tlv")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x31", "unknown")]
    public async Task BadHeader_IsResetAndReachesNobody(string sent, string cause)
    {
        await using var daemon = await RunningDaemon.StartAsync(Tcp("127.0.0.1"));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(Encoding.Latin1.GetBytes(sent));

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await AssertBadAsync(daemon, cause);
    }

    [Fact]
    public async Task ClientThatFinishesWithinItsHeader_IsReset()
    {
        await using var daemon = await RunningDaemon.StartAsync(Tcp("127.0.0.1"));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(Line[..20]);
        client.FinishSending();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await AssertBadAsync(daemon, "cut");
    }

    [Fact]
    public async Task HeaderThatIsNotCompleteInTime_IsReset()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Tcp("127.0.0.1").With((ListenerOptions l) => l with { FirstFlightTimeout = TimeSpan.FromMilliseconds(300) }));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(Line[..20]);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await AssertBadAsync(daemon, "late");
    }

    [Fact]
    public async Task HelloThatDoesNotFollowInTime_IsABadHello()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Behind(Setup.Tls(_tls.Options), "127.0.0.1").With((ListenerOptions l) => l with { FirstFlightTimeout = TimeSpan.FromMilliseconds(300) }));
        using var client = await daemon.ConnectAsync();
        await client.SendAsync(Line);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.BadHello, 1);
    }

    private ApiLbOptions Tcp(params string[] from) =>
        Behind(Setup.Tcp(_cp1.Options).With(p => p with { ProxyProtocol = ProxyProtocolVersion.V1 }), from);

    private static ApiLbOptions Behind(ApiLbOptions options, params string[] from) => options.With((ListenerOptions l) => l with
    {
        ProxyProtocol = new ProxyProtocolOptions
        {
            From = [.. from.Select(n => IPNetwork.Parse(n.Contains('/', StringComparison.Ordinal) ? n : n + "/32"))],
        },
    });

    private async Task AssertBadAsync(RunningDaemon daemon, string cause)
    {
        await daemon.ClosesReachAsync(CloseReason.BadProxy, 1);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_listener_bad_proxy_headers_total{{listener=\"{Setup.Listener}\",cause=\"{cause}\"}}"));
        Assert.Equal(0, _cp1.Headers);
    }
}
