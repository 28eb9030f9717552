using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Taking what was peeked at: the header of a proxy, before the client's own bytes.</summary>
public sealed class ConsumeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    private readonly byte[] _buffer = new byte[4096];

    [Fact]
    public async Task PartIsConsumed_TheRestIsWhatIsSeenNext()
    {
        await using var held = await HeldClient.OpenAsync();
        await held.Peer.SendAsync("headerhello"u8.ToArray());
        await held.Client.PeekAsync(_buffer, 0, Long).InTime();

        held.Client.Consume(6);

        Assert.Equal(new PeekResult(PeekStatus.Data, 5), await held.Client.PeekAsync(_buffer, 0, Long).InTime());
        Assert.Equal("hello"u8.ToArray(), _buffer[..5]);
    }

    [Fact]
    public async Task AllIsConsumedAfterWaiting_TheNextByteIsSeenWhenItComes()
    {
        await using var held = await HeldClient.OpenAsync();
        var first = held.Client.PeekAsync(_buffer, 0, Long).InTime();
        await held.Peer.SendAsync("header"u8.ToArray());
        await first;
        held.Client.Consume(6);

        var next = held.Client.PeekAsync(_buffer, 0, Long).InTime();
        Assert.False(next.IsCompleted);
        await held.Peer.SendAsync("h"u8.ToArray());

        Assert.Equal(new PeekResult(PeekStatus.Data, 1), await next);
        Assert.Equal((byte)'h', _buffer[0]);
    }

    [Fact]
    public async Task LongHeaderOnUnixSocket_IsConsumedToItsEndAndNoFurther()
    {
        await using var held = await HeldClient.OpenAsync(new TcpListenEndPoint(Addresses.NewUnixPath()));
        await held.Peer.SendAsync((byte[])[.. new byte[4000], 7]);
        while ((await held.Client.PeekAsync(_buffer, 0, Long).InTime()).Length < 4001)
        {
        }

        held.Client.Consume(4000);

        Assert.Equal(new PeekResult(PeekStatus.Data, 1), await held.Client.PeekAsync(_buffer, 0, Long).InTime());
        Assert.Equal(7, _buffer[0]);
    }

    [Fact]
    public async Task ForwardedClient_IsTheAddressAndThePeerStays()
    {
        await using var held = await HeldClient.OpenAsync();
        var peer = held.Client.Address;
        var (source, destination) = (new ClientAddress(0, 0x0000_FFFF_C000_0201, 0, 1), new ClientAddress(1, 2, 0, 443));

        held.Client.SpeaksFor(new ForwardedAddresses(source, destination));

        Assert.Equal((source, destination, peer), (held.Client.Address, held.Client.Destination, held.Client.Peer));
        Assert.Equal("192.0.2.1:1", held.Client.RemoteEndPoint?.ToString());
    }

    [Fact]
    public async Task NobodyForwarded_TheDestinationIsTheListenersAddress()
    {
        await using var held = await HeldClient.OpenAsync();

        Assert.Equal(held.Client.LocalEndPoint, held.Client.Destination.ToEndPoint());
        Assert.Equal(held.Peer.LocalEndPoint, held.Client.Address.ToEndPoint());
    }
}
