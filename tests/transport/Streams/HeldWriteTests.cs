using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>Small writes of the reactor's own thread, which go to the kernel at the end of the round.</summary>
public sealed class HeldWriteTests
{
    private const int MoreThanFits = 64 * 1024 * 1024;

    [Fact]
    public async Task SmallWrites_AreOverAtOnce_AndGoTogetherAtTheEndOfTheRound()
    {
        await using var stream = await OpenStream.OpenAsync();
        var bytes = RandomBytes.Of(HeldBytes.Most);

        await stream.InOneRoundAsync(() =>
        {
            Write(stream, bytes.AsMemory(0, 100));
            Write(stream, bytes.AsMemory(100));
            Assert.Equal(0, stream.Peer.Socket.Available);
        });

        var (length, _) = await stream.Peer.ReadOnceAsync(new byte[bytes.Length + 1]);
        Assert.Equal(bytes.Length, length);
    }

    [Fact]
    public async Task WritesThatDoNotFitAnyMore_SendWhatWasHeldBeforeThem()
    {
        await using var stream = await OpenStream.OpenAsync();
        var bytes = RandomBytes.Of(4 * HeldBytes.Most);

        await stream.InOneRoundAsync(() =>
        {
            Write(stream, bytes.AsMemory(0, 1));
            Write(stream, bytes.AsMemory(1, HeldBytes.Most)); // Not held: with the first there is no room for it.
            Write(stream, bytes.AsMemory(HeldBytes.Most + 1, 1));
            Write(stream, bytes.AsMemory(HeldBytes.Most + 2, (2 * HeldBytes.Most) - 2)); // Never held.
            Write(stream, bytes.AsMemory(3 * HeldBytes.Most)); // As much as can be.
        });

        Assert.Equal(bytes, await stream.Peer.ReadAsync(bytes.Length));
    }

    [Fact]
    public async Task WriteOfAnotherThread_ComesAfterWhatIsHeld()
    {
        await using var stream = await OpenStream.OpenAsync();

        await stream.InOneRoundAsync(() =>
        {
            Write(stream, "held"u8.ToArray());
            Task.Run(() => Write(stream, " direct"u8.ToArray())).InTime().GetAwaiter().GetResult();
            Assert.Equal("held direct".Length, stream.Peer.Socket.Available);
            Write(stream, " and held"u8.ToArray());
        });

        Assert.Equal("held direct and held"u8.ToArray(), await stream.Peer.ReadAsync("held direct and held".Length));
    }

    [Theory]
    [InlineData("finish")]
    [InlineData("close")]
    public async Task EndInTheSameRound_SendsWhatIsHeldFirst(string how)
    {
        await using var stream = await OpenStream.OpenAsync();
        var bytes = RandomBytes.Of(1000);

        await stream.InOneRoundAsync(() =>
        {
            Write(stream, bytes);
            StreamEndTests.End(stream.Socket, how);
        });

        await stream.Peer.GetsAsync(bytes, StreamEnd.Fin);
    }

    [Fact]
    public async Task PeerThatDoesNotRead_IsNotWrittenToWithoutEnd_AndGetsAllInTheEnd()
    {
        await using var stream = await OpenStream.OpenAsync();
        var (written, waiting) = await FillAsync(stream);

        Assert.True((await stream.Peer.ReadAsync(written.Length)).AsSpan().SequenceEqual(written), "other bytes than those written");
        await waiting.InTime();
        await stream.WriteAsync("more"u8.ToArray()).InTime();
        Assert.Equal("more"u8.ToArray(), await stream.Peer.ReadAsync("more".Length));
    }

    [Theory]
    [InlineData("finish")]
    [InlineData("close")]
    public async Task EndWhileTheKernelTakesNoMore_LosesNothingOfWritesThatWereOver(string how)
    {
        await using var stream = await OpenStream.OpenAsync();
        var (written, waiting) = await FillAsync(stream);

        StreamEndTests.End(stream.Socket, how);

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => waiting.InTime());
        await stream.Peer.GetsAsync(written[..^HeldBytes.Most], StreamEnd.Fin);
        await stream.IsForgottenAsync();
    }

    [Fact]
    public async Task AbortWhileTheKernelTakesNoMore_ResetsAtOnce()
    {
        await using var stream = await OpenStream.OpenAsync();
        var (_, waiting) = await FillAsync(stream);

        stream.Socket.Abort();

        await Assert.ThrowsAnyAsync<ConnectionAbortedException>(() => waiting.InTime());
        Assert.Equal(StreamEnd.Reset, (await stream.Peer.ReadToEndAsync()).End);
    }

    [Fact]
    public async Task PeerThatStaysAndNeverReads_IsGivenUp()
    {
        await using var stream = await OpenStream.OpenAsync();
        var (_, waiting) = await FillAsync(stream);

        stream.Socket.Finish();

        await Assert.ThrowsAnyAsync<ObjectDisposedException>(() => waiting.InTime());
        await stream.IsForgottenAsync();
    }

    [Fact]
    public async Task PeerThatResetsBeforeTheRoundIsOver_FailsTheNextWrite()
    {
        await using var stream = await OpenStream.OpenAsync();

        await stream.InOneRoundAsync(() =>
        {
            Write(stream, "held"u8.ToArray());
            stream.Peer.Reset();
        });

        await Assert.ThrowsAnyAsync<IOException>(() => stream.WriteAsync(new byte[1]).InTime());
    }

    private static void Write(OpenStream stream, ReadOnlyMemory<byte> bytes) =>
        Assert.True(stream.WriteAsync(bytes).IsCompletedSuccessfully);

    /// <summary>Writes round by round until one must wait, behind one that is held and that the kernel did not take.</summary>
    private static async Task<(byte[] Written, Task Waiting)> FillAsync(OpenStream stream)
    {
        var bytes = RandomBytes.Of(MoreThanFits);
        for (var written = 0; written < bytes.Length; written += HeldBytes.Most)
        {
            Task? write = null;
            await stream.InOneRoundAsync(() => write = stream.WriteAsync(bytes.AsMemory(written, HeldBytes.Most)));
            if (!write!.IsCompleted)
            {
                return (bytes[..(written + HeldBytes.Most)], write);
            }
        }

        throw new InvalidOperationException("the kernel took all of it");
    }
}
