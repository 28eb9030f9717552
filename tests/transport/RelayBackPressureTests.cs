using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>A side that does not read stalls the other side through TCP, and nothing piles up in between.</summary>
public sealed class RelayBackPressureTests
{
    private const int Total = 128 * 1024 * 1024;
    private const int SmallBuffer = 64 * 1024;

    /// <summary>Socket buffers of four ends and one pipe. Loopback fills the balancer's receive buffer before TCP can shrink its window.</summary>
    private const long MostInFlight = 48L * 1024 * 1024;
    private const long MostGrowth = 32L * 1024 * 1024;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task ClientStopsReading_BackendIsStalledThenAllArrives()
    {
        await using var pair = await RelayedPair.OpenAsync(receiveBuffer: SmallBuffer);
        await StallsAndResumesAsync(pair.Backend, pair.Client);
    }

    [Fact]
    public async Task BackendStopsReading_ClientIsStalledThenAllArrives()
    {
        await using var pair = await RelayedPair.OpenAsync(receiveBuffer: SmallBuffer);
        await StallsAndResumesAsync(pair.Client, pair.Backend);
    }

    [Fact]
    public async Task ReaderStopsForLongerThanThePeerTimeout_ConnectionLives()
    {
        var options = new TcpTransportOptions { Reactors = 1, PeerTimeout = TimeSpan.FromSeconds(2) };
        await using var pair = await RelayedPair.OpenAsync(transport: options, receiveBuffer: SmallBuffer);
        var bytes = RandomBytes.Of(Total / 4);
        using var flood = new Flood(pair.Backend, bytes);

        await Eventually.SettlesAsync(() => flood.Sent, 4 * options.PeerTimeout);

        await pair.Client.GetsAsync(bytes, StreamEnd.Fin);
    }

    [Fact]
    public async Task OneStalledReader_DoesNotDelayAnother()
    {
        using var backend = new Backend { ReceiveBuffer = SmallBuffer };
        await using var relay = await RelayServer.StartAsync(backend.Target);
        using var stalled = await relay.ConnectAsync(SmallBuffer);
        using var stalledBackend = await backend.AcceptAsync();
        using var flood = new Flood(stalledBackend, new byte[Total / 2]);

        for (var i = 0; i < 10; i++)
        {
            using var client = await relay.ConnectAsync();
            using var served = await backend.AcceptAsync();
            await client.SendAsync(new byte[10]);
            Assert.Equal(new byte[10], await served.ReadAsync(10));
        }
    }

    private static async Task StallsAndResumesAsync(Peer sender, Peer reader)
    {
        var bytes = RandomBytes.Of(Total);
        using var flood = new Flood(sender, bytes);
        var stalledAt = await Eventually.SettlesAsync(() => flood.Sent, TimeSpan.FromSeconds(1));
        Assert.InRange(stalledAt, SmallBuffer, MostInFlight);

        var memory = Environment.WorkingSet;
        await Eventually.StaysAsync(Window, () => flood.Sent, sent => sent == stalledAt, $"the sender to stay stalled at {stalledAt}");
        Assert.InRange(Environment.WorkingSet - memory, long.MinValue, MostGrowth);

        await reader.GetsAsync(bytes, StreamEnd.Fin);
        await flood.Done.InTime();
    }
}
