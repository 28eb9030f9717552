using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Looking at a client's first bytes without taking them.</summary>
public sealed class PeekTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    private readonly byte[] _buffer = new byte[4096];

    [Fact]
    public async Task FragmentsArrive_EachPeekSeesMore()
    {
        await using var held = await HeldClient.OpenAsync();
        await held.Peer.SendAsync("abc"u8.ToArray());
        Assert.Equal(new PeekResult(PeekStatus.Data, 3), await held.Client.PeekAsync(_buffer, 0, Long).InTime());

        var more = held.Client.PeekAsync(_buffer, 3, Long).InTime();
        Assert.False(more.IsCompleted);
        await held.Peer.SendAsync("de"u8.ToArray());

        Assert.Equal(new PeekResult(PeekStatus.Data, 5), await more);
        Assert.Equal("abcde"u8.ToArray(), _buffer[..5]);
    }

    [Fact]
    public async Task OneByteAtATime_NoEdgeIsLost()
    {
        await using var held = await HeldClient.OpenAsync();
        for (var known = 0; known < 1000;)
        {
            var peek = Task.Run(() => held.Client.PeekAsync(_buffer, known, Long).AsTask());
            await held.Peer.SendAsync(new byte[1]);
            var result = await peek.InTime();
            Assert.Equal(new PeekResult(PeekStatus.Data, known + 1), result);
            known = result.Length;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ClientIsSilent_TimesOut(int sent)
    {
        await using var held = await HeldClient.OpenAsync();
        await held.Peer.SendAsync(new byte[sent]);
        if (sent > 0)
        {
            await held.Client.PeekAsync(_buffer, 0, Long).InTime();
        }

        var peek = await held.Client.PeekAsync(_buffer, sent, TimeSpan.FromMilliseconds(50)).InTime();

        Assert.Equal(new PeekResult(PeekStatus.TimedOut, sent), peek);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ClientFinishes_IsEndOfStream(int sent)
    {
        await using var held = await HeldClient.OpenAsync();
        await held.Peer.SendAsync(new byte[sent]);
        if (sent > 0)
        {
            await held.Client.PeekAsync(_buffer, 0, Long).InTime();
        }

        var peek = held.Client.PeekAsync(_buffer, sent, Long).InTime();
        held.Peer.FinishSending();

        Assert.Equal(new PeekResult(PeekStatus.EndOfStream, sent), await peek);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ClientResets_IsReset(int sent)
    {
        await using var held = await HeldClient.OpenAsync();
        await held.Peer.SendAsync(new byte[sent]);
        if (sent > 0)
        {
            await held.Client.PeekAsync(_buffer, 0, Long).InTime();
        }

        var peek = held.Client.PeekAsync(_buffer, sent, Long).InTime();
        held.Peer.Reset();

        Assert.Equal(PeekStatus.Reset, (await peek).Status);
    }

    [Fact]
    public async Task ClientResetBeforeThePeek_IsReset()
    {
        await using var held = await HeldClient.OpenAsync();
        held.Peer.Reset();

        Assert.Equal(PeekStatus.Reset, (await held.Client.PeekAsync(_buffer, 0, Long).InTime()).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Aborted_EndsWithThatWord(bool abortsBefore)
    {
        await using var held = await HeldClient.OpenAsync();
        if (abortsBefore)
        {
            held.Client.Abort(new ConnectionAbortedException());
        }

        var peek = held.Client.PeekAsync(_buffer, 0, Long).InTime();
        if (!abortsBefore)
        {
            held.Client.Abort(new ConnectionAbortedException());
        }

        Assert.Equal(new PeekResult(PeekStatus.Aborted, 0), await peek);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task BytesWerePeekedAt_RelayDeliversThemOnce(bool isUnix)
    {
        using var backend = new Backend(isUnix ? Addresses.NewUnixPath() : null);
        var address = new TcpListenEndPoint(isUnix ? Addresses.NewUnixPath() : Addresses.Loopback);
        var options = new RelayServerOptions { Address = address, FirstFlightLength = 1500 };
        await using var relay = await RelayServer.StartAsync(backend.Target, options);
        using var client = await relay.ConnectAsync();
        var bytes = RandomBytes.Of(1500 + 300);

        await client.SendAsync(bytes);
        using var served = await backend.AcceptAsync();
        Assert.Equal(bytes[..1500], await served.ReadAsync(1500));
        await served.SendAsync(new byte[1]);
        client.FinishSending();

        await served.GetsAsync(bytes[1500..], StreamEnd.Fin);
        await client.ReadAsync(1);
        served.FinishSending();
        Assert.Equal(new RelayResult(RelayEnd.ClientFinished, bytes.Length, 1), await relay.NextResultAsync());
    }
}
