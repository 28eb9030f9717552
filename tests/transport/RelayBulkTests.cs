using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>What goes in comes out, byte for byte, however it is cut.</summary>
public sealed class RelayBulkTests
{
    private const long OneGibibyte = 1L << 30;
    private const int LargestChunk = 256 * 1024;

    [Fact]
    public async Task OneGibibyteEachWayInRandomChunks_ArrivesByteForByte()
    {
        await using var pair = await RelayedPair.OpenAsync();

        var toBackend = SendAsync(pair.Client, seed: 1);
        var toClient = SendAsync(pair.Backend, seed: 2);
        var atBackend = ReceiveAsync(pair.Backend);
        var atClient = ReceiveAsync(pair.Client);
        await Task.WhenAll(toBackend, toClient, atBackend, atClient).WaitAsync(TimeSpan.FromMinutes(4), TimeProvider.System);

        Assert.Equal(await toBackend, await atBackend);
        Assert.Equal(await toClient, await atClient);
        var result = await pair.ResultAsync();
        Assert.Equal((OneGibibyte, OneGibibyte), (result.BytesToBackend, result.BytesToClient));
        Assert.Equal((OneGibibyte, OneGibibyte), (pair.Relay.Totals.BytesToBackend, pair.Relay.Totals.BytesToClient));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(128 * 1024)]
    [InlineData(192 * 1024)]
    public async Task DataAndFinAtOnce_BothArrive(int length)
    {
        await using var pair = await RelayedPair.OpenAsync();
        var bytes = RandomBytes.Of(length);

        await pair.Backend.SendAsync(bytes);
        pair.Backend.FinishSending();

        var (received, end) = await pair.Client.ReadToEndAsync();
        Assert.Equal(bytes, received);
        Assert.Equal(StreamEnd.Fin, end);
    }

    [Fact]
    public async Task BackendSpeaksFirst_ClientHearsItWithoutSending()
    {
        await using var pair = await RelayedPair.OpenAsync();

        await pair.Backend.SendAsync("220 ready"u8.ToArray());

        Assert.Equal("220 ready"u8.ToArray(), await pair.Client.ReadAsync(9));
    }

    [Fact]
    public async Task SingleBytesBackAndForth_AreNotHeldBack()
    {
        await using var pair = await RelayedPair.OpenAsync();
        for (byte i = 0; i < 200; i++)
        {
            await pair.Client.SendAsync(new[] { i });
            Assert.Equal(i, Assert.Single(await pair.Backend.ReadAsync(1)));
            await pair.Backend.SendAsync(new[] { i });
            Assert.Equal(i, Assert.Single(await pair.Client.ReadAsync(1)));
        }
    }

    [Fact]
    public async Task FirstFlightPeekedAndSentWithTheDial_ArrivesOnce()
    {
        var request = RandomBytes.Of(5000);
        using var backend = new Backend();
        await using var relay = await RelayServer.StartAsync(backend.Target, new RelayServerOptions { FirstFlightLength = 2000 });
        using var client = await relay.ConnectAsync();
        await client.SendAsync(request);
        using var served = await backend.AcceptAsync();

        var flight = await served.ReadAsync(2000);
        await served.SendAsync(new byte[1]);

        var rest = await served.ReadAsync(3000);
        Assert.Equal(request, flight.Concat(rest).ToArray());
        await client.ReadAsync(1);
        client.FinishSending();
        served.FinishSending();
        Assert.Equal(5000, (await relay.NextResultAsync()).BytesToBackend);
    }

    [Fact]
    public async Task Ipv6AndUnixSockets_RelayAsWell()
    {
        await RelaysAsync(new Backend(Addresses.Loopback6), Addresses.Loopback6);
        await RelaysAsync(new Backend(Addresses.NewUnixPath()), Addresses.NewUnixPath());
    }

    private static async Task RelaysAsync(Backend backend, EndPoint listen)
    {
        var options = new RelayServerOptions { Address = new TcpListenEndPoint(listen) };
        await using var pair = await RelayedPair.OpenAsync(options, backend: backend);
        await pair.Client.SendAsync(new byte[100]);
        Assert.Equal(new byte[100], await pair.Backend.ReadAsync(100));
        pair.Client.FinishSending();
        Assert.Equal(StreamEnd.Fin, await pair.Backend.EndAsync());
    }

    private static async Task<string> SendAsync(Peer peer, int seed)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(seed);
        var pool = RandomBytes.Of(2 * LargestChunk, seed);
        for (var left = OneGibibyte; left > 0;)
        {
            var length = (int)Math.Min(left, random.Next(1, LargestChunk));
            var chunk = pool.AsMemory(random.Next(LargestChunk), length);
            hash.AppendData(chunk.Span);
            await peer.SendAsync(chunk);
            left -= length;
        }

        peer.FinishSending();
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static async Task<string> ReceiveAsync(Peer peer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[LargestChunk];
        for (var length = -1; length != 0;)
        {
            length = await peer.Socket.ReceiveAsync(chunk, SocketFlags.None);
            hash.AppendData(chunk, 0, length);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
