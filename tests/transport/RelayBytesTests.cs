using System.Net.Sockets;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Every byte, in order, once; whatever the segments look like.</summary>
public sealed class RelayBytesTests
{
    private const int BufferLength = 64 * 1024;

    [Fact]
    public async Task BackendSpeaksFirst_ClientHears()
    {
        using var backend = new Backend();
        await using var relay = await RelayServer.StartAsync(backend.Target);
        using var client = await relay.ConnectAsync();
        using var served = await backend.AcceptAsync();

        await served.SendAsync("220 ready"u8.ToArray());

        Assert.Equal("220 ready"u8.ToArray(), await client.ReadAsync(9));
    }

    [Fact]
    public async Task OneByteSegments_ArriveBothWays()
    {
        await using var pair = await RelayedPair.OpenAsync();
        var bytes = RandomBytes.Of(2000);
        var toBackend = pair.Backend.GetsAsync(bytes, StreamEnd.Fin);
        var toClient = pair.Client.GetsAsync(bytes, StreamEnd.Fin);

        for (var i = 0; i < bytes.Length; i++)
        {
            await pair.Client.SendAsync(bytes.AsMemory(i, 1));
            await pair.Backend.SendAsync(bytes.AsMemory(i, 1));
        }

        pair.Client.FinishSending();
        pair.Backend.FinishSending();
        await Task.WhenAll(toBackend, toClient);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(BufferLength - 1)]
    [InlineData(BufferLength)]
    [InlineData(BufferLength + 1)]
    [InlineData(2 * BufferLength)]
    [InlineData((8 * BufferLength) + 1)]
    public async Task DataAndFinTogether_ArriveBothWays(int length)
    {
        await using var pair = await RelayedPair.OpenAsync();
        var bytes = RandomBytes.Of(length);
        var toBackend = pair.Backend.GetsAsync(bytes, StreamEnd.Fin);
        var toClient = pair.Client.GetsAsync(bytes, StreamEnd.Fin);

        await pair.Client.SendWithFinAsync(bytes);
        await pair.Backend.SendWithFinAsync(bytes);

        await Task.WhenAll(toBackend, toClient);
        Assert.Equal((length, length), await pair.ResultAsync() is var result ? (result.BytesToBackend, result.BytesToClient) : default);
    }

    /// <summary>The reactor is held until data and FIN both wait, so that one event announces both.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(BufferLength)]
    [InlineData(3 * BufferLength)]
    public async Task DataAndFinInOneEvent_NeitherIsMissed(int length)
    {
        await using var pair = await RelayedPair.OpenAsync(transport: new TcpTransportOptions { Reactors = 1 });
        var bytes = RandomBytes.Of(length);

        using (new HeldReactor(pair.Relay.Transport.Reactors[0]))
        {
            await pair.Client.SendAsync(bytes);
            pair.Client.FinishSending();
            await pair.Backend.SendAsync(bytes);
            pair.Backend.FinishSending();
        }

        await Task.WhenAll(pair.Backend.GetsAsync(bytes, StreamEnd.Fin), pair.Client.GetsAsync(bytes, StreamEnd.Fin));
    }

    [Fact]
    public async Task BackendClosesAfterItsAnswerToASlowClient_ClientGetsAllThenFin()
    {
        await using var pair = await RelayedPair.OpenAsync(receiveBuffer: 4096);
        var answer = RandomBytes.Of(BufferLength);
        await pair.Client.SendAsync(new byte[1]);
        await pair.Backend.ReadAsync(1);

        await pair.Backend.SendAsync(answer);
        pair.Backend.Dispose();

        for (var i = 0; i < 64; i++)
        {
            Assert.Equal(answer[(i * 256)..((i + 1) * 256)], await pair.Client.ReadAsync(256));
            await Task.Yield();
        }

        await pair.Client.GetsAsync(answer[(64 * 256)..], StreamEnd.Fin);
    }

    [Fact]
    public async Task Ipv6OnBothLegs_Relays()
    {
        var options = new RelayServerOptions { Address = new TcpListenEndPoint(Addresses.Loopback6) };
        await using var pair = await RelayedPair.OpenAsync(options, backend: new Backend(Addresses.Loopback6));

        Assert.Equal(AddressFamily.InterNetworkV6, pair.Backend.LocalEndPoint!.AddressFamily);
        await PingPongAsync(pair);
    }

    [Fact]
    public async Task UnixSocketsOnBothLegs_Relays()
    {
        var options = new RelayServerOptions { Address = new TcpListenEndPoint(Addresses.NewUnixPath()) };
        await using var pair = await RelayedPair.OpenAsync(options, backend: new Backend(Addresses.NewUnixPath()));

        await PingPongAsync(pair);
        await BulkAsync(pair, 8 * 1024 * 1024);
    }

    [Fact]
    public async Task BytesFlow_TotalsCountThemMeanwhile()
    {
        await using var pair = await RelayedPair.OpenAsync();

        await pair.Client.SendAsync(new byte[100]);
        await pair.Backend.ReadAsync(100);
        await pair.Backend.SendAsync(new byte[7]);
        await pair.Client.ReadAsync(7);

        var totals = pair.Relay.Totals;
        await Eventually.SeesAsync(() => (totals.BytesToBackend, totals.BytesToClient), seen => seen == (100, 7), "100 up and 7 down");
    }

    private static async Task PingPongAsync(RelayedPair pair)
    {
        await pair.Client.SendAsync("ping"u8.ToArray());
        Assert.Equal("ping"u8.ToArray(), await pair.Backend.ReadAsync(4));
        await pair.Backend.SendAsync("pong"u8.ToArray());
        Assert.Equal("pong"u8.ToArray(), await pair.Client.ReadAsync(4));
    }

    private static async Task BulkAsync(RelayedPair pair, int length)
    {
        var bytes = RandomBytes.Of(length);
        var received = pair.Backend.GetsAsync(bytes, StreamEnd.Fin);
        await pair.Client.SendWithFinAsync(bytes);
        await received;
    }
}
