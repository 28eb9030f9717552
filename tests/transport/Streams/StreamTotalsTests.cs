using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>The bytes of a stream that is a backend's, as its counters have them.</summary>
public sealed class StreamTotalsTests
{
    [Fact]
    public async Task Bytes_AreCountedOnceHoweverTheyGo()
    {
        await using var stream = await OpenStream.OpenAsync();
        RelayTotals totals = new();
        stream.Socket.CountAt(totals);
        var bytes = RandomBytes.Of(8 * HeldBytes.Most);

        await stream.InOneRoundAsync(() => Assert.True(stream.WriteAsync(bytes.AsMemory(0, 100)).IsCompletedSuccessfully));
        await stream.WriteAsync(bytes).InTime();
        await stream.Peer.ReadAsync(bytes.Length + 100);
        Assert.Equal((bytes.Length + 100, 0), (totals.BytesToBackend, totals.BytesToClient));

        var waiting = stream.ReadAsync(new byte[10]);
        await stream.Peer.SendAsync(bytes.AsMemory(0, 30));
        var first = await waiting.InTime();
        await stream.ReadAllAsync(30 - first);
        Assert.Equal((bytes.Length + 100, 30), (totals.BytesToBackend, totals.BytesToClient));
    }

    /// <summary>Of what the kernel does not take, nothing is counted.</summary>
    [Fact]
    public async Task BytesThatWait_AreNotYetCounted()
    {
        await using var stream = await OpenStream.OpenAsync();
        RelayTotals totals = new();
        stream.Socket.CountAt(totals);

        var writing = stream.WriteAsync(new byte[64 * 1024 * 1024]);
        Assert.False(writing.IsCompleted);
        Assert.InRange(totals.BytesToBackend, 1, (64 * 1024 * 1024) - 1);

        await stream.Peer.ReadAsync(64 * 1024 * 1024);
        await writing.InTime();
        Assert.Equal(64 * 1024 * 1024, totals.BytesToBackend);
    }

    [Fact]
    public async Task BytesBefore_AreNobodys()
    {
        await using var stream = await OpenStream.OpenAsync();
        await stream.WriteAsync("handshake"u8.ToArray()).InTime();
        RelayTotals totals = new();

        stream.Socket.CountAt(totals);
        await stream.WriteAsync("request"u8.ToArray()).InTime();
        await stream.Peer.ReadAsync("handshakerequest".Length);

        Assert.Equal("request".Length, totals.BytesToBackend);
    }
}
