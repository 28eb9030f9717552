using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>Reading from a client's connection.</summary>
public sealed class StreamReadTests
{
    private static readonly byte[] Message = "message"u8.ToArray();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_ArriveBeforeAndAfterTheyAreAskedFor(bool isOnReactor)
    {
        await using var stream = await OpenStream.OpenAsync();
        stream.Socket.ContinuesOnReactor = isOnReactor;

        await stream.Peer.SendAsync(Message);
        Assert.Equal(Message, await stream.ReadAllAsync(Message.Length));

        var read = stream.ReadAllAsync(Message.Length);
        await stream.Peer.SendAsync(Message);
        Assert.Equal(Message, await read.InTime());
    }

    [Fact]
    public async Task EmptyBuffer_WaitsForBytesAndTakesNone()
    {
        await using var stream = await OpenStream.OpenAsync();
        await FindNothingAsync(stream);
        var waiting = stream.ReadAsync(Memory<byte>.Empty);
        Assert.False(waiting.IsCompleted);

        await stream.Peer.SendAsync(Message);

        Assert.Equal(0, await waiting.InTime());
        Assert.Equal(Message, await stream.ReadAllAsync(Message.Length));
    }

    [Fact]
    public async Task Fin_EndsReadingAfterAllBytesAndIsTold()
    {
        await using var stream = await OpenStream.OpenAsync();
        TaskCompletionSource left = new();
        stream.Socket.WhenPeerLeaves(left.SetResult);

        await stream.Peer.SendWithFinAsync(Message);

        Assert.Equal(Message, await stream.ReadAllAsync(Message.Length));
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).InTime());
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).InTime());
        await left.Task.InTime();
        await stream.WriteAsync(Message);
        Assert.Equal(Message, await stream.Peer.ReadAsync(Message.Length));
    }

    [Fact]
    public async Task FinBehindBytesThatNobodyReads_IsNotToldBeforeTheyAreRead()
    {
        await using var stream = await OpenStream.OpenAsync();
        TaskCompletionSource left = new();
        await stream.Peer.SendWithFinAsync(Message);
        await stream.ReadAsync(Memory<byte>.Empty).InTime();

        stream.Socket.WhenPeerLeaves(left.SetResult);
        await stream.RoundOverAsync();

        Assert.False(left.Task.IsCompleted);
        await stream.ReadAllAsync(Message.Length);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]).InTime());
        await left.Task.InTime();
    }

    [Fact]
    public async Task FinThatNobodyReads_IsTold()
    {
        await using var stream = await OpenStream.OpenAsync();
        TaskCompletionSource left = new();
        stream.Socket.WhenPeerLeaves(left.SetResult);

        stream.Peer.FinishSending();

        await left.Task.InTime();
    }

    [Fact]
    public async Task Reset_FailsTheReadAndIsTold()
    {
        await using var stream = await OpenStream.OpenAsync();
        TaskCompletionSource left = new();
        stream.Socket.WhenPeerLeaves(left.SetResult);
        var read = stream.ReadAsync(new byte[1]);

        stream.Peer.Reset();

        await Assert.ThrowsAnyAsync<IOException>(() => read.InTime());
        await left.Task.InTime();
    }

    [Fact]
    public async Task ResetThatAWriteHasMet_IsNoEndForTheReader()
    {
        await using var stream = await OpenStream.OpenAsync();
        stream.Peer.Reset();
        await Assert.ThrowsAnyAsync<IOException>(() => WriteUntilItFailsAsync(stream).InTime());

        await Assert.ThrowsAnyAsync<IOException>(() => stream.ReadAsync(new byte[1]).InTime());
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task End_IsToldBeforeTheReaderLearnsOfIt(bool isReset, bool isAwaited)
    {
        await using var stream = await OpenStream.OpenAsync();
        stream.Socket.ContinuesOnReactor = true;
        using ManualResetEventSlim hasLeft = new();
        using ManualResetEventSlim mayGoOn = new();
        stream.Socket.WhenPeerLeaves(() =>
        {
            hasLeft.Set();
            mayGoOn.Wait(Eventually.Deadline);
        });
        await FindNothingAsync(stream);
        var read = isAwaited ? stream.ReadAsync(new byte[1]) : null;

        if (isReset)
        {
            stream.Peer.Reset();
        }
        else
        {
            stream.Peer.FinishSending();
        }

        Assert.True(hasLeft.Wait(Eventually.Deadline));
        read ??= stream.ReadAsync(new byte[1]);
        await stream.RoundOverAsync();
        Assert.False(read.IsCompleted);
        mayGoOn.Set();
        Assert.Equal(isReset ? null : 0, await OutcomeAsync(read));
    }

    [Fact]
    public async Task CancelledRead_TakesNothingAndTheNextGetsAll()
    {
        await using var stream = await OpenStream.OpenAsync();
        using CancellationTokenSource source = new();
        var buffer = new byte[16];
        var read = stream.ReadAsync(buffer, source.Token);

        await source.CancelAsync();
        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.InTime());
        await stream.Peer.SendAsync(Message);

        Assert.Equal(source.Token, error.CancellationToken);
        Assert.Equal(Message, await stream.ReadAllAsync(Message.Length));
        Assert.All(buffer, b => Assert.Equal(0, b));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream.ReadAsync(buffer, source.Token).InTime());
    }

    [Theory]
    [InlineData("finish")]
    [InlineData("close")]
    [InlineData("abort")]
    public async Task EndedStream_TouchesNoBufferAndTellsTheReader(string how)
    {
        await using var stream = await OpenStream.OpenAsync();
        var buffer = new byte[16];
        var read = stream.ReadAsync(buffer);
        using (new HeldReactor(stream.Reactor))
        {
            // The reactor learns of both at once: bytes, and that it was all over before.
            await stream.Peer.SendAsync(Message);
            StreamEndTests.End(stream.Socket, how);
        }

        await stream.RoundOverAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => read.InTime());
        Assert.All(buffer, b => Assert.Equal(0, b));
        await Assert.ThrowsAnyAsync<Exception>(() => stream.ReadAsync(buffer).InTime());
        await Assert.ThrowsAnyAsync<Exception>(() => stream.WriteAsync(buffer).InTime());
    }

    [Fact]
    public async Task SecondReadAtOnce_IsRefused()
    {
        await using var stream = await OpenStream.OpenAsync();
        var first = stream.ReadAsync(new byte[Message.Length]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => stream.ReadAsync(new byte[1]).InTime());

        await stream.Peer.SendAsync(Message);
        Assert.Equal(Message.Length, await first.InTime());
    }

    /// <returns>Null: it failed.</returns>
    private static async Task<int?> OutcomeAsync(Task<int> read)
    {
        try
        {
            return await read.InTime();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task WriteUntilItFailsAsync(OpenStream stream)
    {
        while (true)
        {
            await stream.WriteAsync(Message);
        }
    }

    /// <summary>A stream begins as if there were something: one read finds out.</summary>
    private static async Task FindNothingAsync(OpenStream stream)
    {
        using CancellationTokenSource source = new();
        var read = stream.ReadAsync(new byte[1], source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read.InTime());
    }
}
