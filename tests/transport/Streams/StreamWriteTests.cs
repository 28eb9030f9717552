using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>Writing to a client's connection.</summary>
public sealed class StreamWriteTests
{
    private const int MoreThanFits = 32 * 1024 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MoreThanTheKernelTakes_ArrivesWholeAsThePeerReads(bool isOnReactor)
    {
        await using var stream = await OpenStream.OpenAsync();
        stream.Socket.ContinuesOnReactor = isOnReactor;
        var bytes = RandomBytes.Of(MoreThanFits);

        var write = stream.WriteAsync(bytes);

        Assert.False(write.IsCompleted);
        Assert.True((await stream.Peer.ReadAsync(bytes.Length)).AsSpan().SequenceEqual(bytes));
        await write.InTime();
    }

    [Fact]
    public async Task NothingToWrite_IsWrittenAlsoWhereTheKernelTakesNoMore()
    {
        await using var stream = await OpenStream.OpenAsync();
        using CancellationTokenSource source = new();
        var write = stream.WriteAsync(new byte[MoreThanFits], source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.InTime());

        await stream.WriteAsync(ReadOnlyMemory<byte>.Empty).InTime();
    }

    [Fact]
    public async Task CancelledWrite_EndsAtOnce()
    {
        await using var stream = await OpenStream.OpenAsync();
        using CancellationTokenSource source = new();
        var chunk = new byte[MoreThanFits];
        var write = stream.WriteAsync(chunk, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write.InTime());
    }

    [Theory]
    [InlineData("finish")]
    [InlineData("close")]
    [InlineData("abort")]
    public async Task EndedStream_TellsTheWriterAndSendsNoMore(string how)
    {
        await using var stream = await OpenStream.OpenAsync();
        var bytes = new byte[MoreThanFits];
        var write = stream.WriteAsync(bytes);

        StreamEndTests.End(stream.Socket, how);

        await Assert.ThrowsAnyAsync<Exception>(() => write.InTime());
        var (received, _) = await stream.Peer.ReadToEndAsync();
        Assert.True(received.Length < bytes.Length, "all of it was sent");
    }

    [Fact]
    public async Task PeerThatResets_FailsTheWrite()
    {
        await using var stream = await OpenStream.OpenAsync();
        var write = stream.WriteAsync(new byte[MoreThanFits]);

        stream.Peer.Reset();

        await Assert.ThrowsAnyAsync<IOException>(() => write.InTime());
        await Assert.ThrowsAnyAsync<IOException>(() => stream.WriteAsync(new byte[1]).InTime());
    }

    [Fact]
    public async Task ReadsAndWrites_DoNotWaitForEachOther()
    {
        await using var stream = await OpenStream.OpenAsync();
        var write = stream.WriteAsync(new byte[MoreThanFits]);

        await stream.Peer.SendAsync(new byte[10]);
        await stream.ReadAllAsync(10);

        Assert.False(write.IsCompleted);
    }
}
