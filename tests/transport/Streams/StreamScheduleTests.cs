using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>Random reads, writes, waits and cancellations: every byte once, in order, in both directions.</summary>
public sealed class StreamScheduleTests
{
    private const int Bytes = 2 * 1024 * 1024;
    private const int LongestChunk = 64 * 1024;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task EveryByte_ArrivesOnceAndInOrder(int seed)
    {
        await using var stream = await OpenStream.OpenAsync();
        stream.Socket.ContinuesOnReactor = seed % 2 == 0;
        var (up, down) = (RandomBytes.Of(Bytes, seed), RandomBytes.Of(Bytes, seed + 1000));

        var received = ReadAsync(stream.Socket, new Random(seed));
        var sending = SendAsync(stream.Peer, up, new Random(seed + 1));
        var writing = WriteAsync(stream.Socket, down, new Random(seed + 2));
        var read = stream.Peer.ReadAsync(Bytes);
        await Task.WhenAll(sending, writing, received, read).InTime();

        Assert.True((await received).AsSpan().SequenceEqual(up), "other bytes were read than the peer sent");
        Assert.True((await read).AsSpan().SequenceEqual(down), "other bytes arrived than were written");
    }

    private static async Task SendAsync(Peer peer, byte[] bytes, Random random)
    {
        for (var sent = 0; sent < bytes.Length;)
        {
            var length = Math.Min(1 + random.Next(LongestChunk), bytes.Length - sent);
            await peer.SendAsync(bytes.AsMemory(sent, length));
            sent += length;
        }

        peer.FinishSending();
    }

    private static async Task WriteAsync(StreamSocket socket, byte[] bytes, Random random)
    {
        for (var written = 0; written < bytes.Length;)
        {
            var length = Math.Min(random.Next(LongestChunk), bytes.Length - written);
            await socket.WriteAsync(bytes.AsMemory(written, length), default);
            written += length;
        }
    }

    private static async Task<byte[]> ReadAsync(StreamSocket socket, Random random)
    {
        using MemoryStream all = new();
        while (true)
        {
            // Every fourth waits for bytes only; every fourth is cancelled at once, or a moment later.
            var buffer = new byte[random.Next(4) == 0 ? 0 : 1 + random.Next(LongestChunk)];
            CancellationTokenSource source = new(); // Not disposed: it may be cancelled when the read is long over.
            var read = socket.ReadAsync(buffer, source.Token);
            if (random.Next(4) == 0)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), source, preferLocal: false);
            }

            try
            {
                var length = await read;
                if (length == 0 && buffer.Length > 0)
                {
                    return all.ToArray();
                }

                all.Write(buffer, 0, length);
            }
            catch (OperationCanceledException)
            {
                Assert.All(buffer, b => Assert.Equal(0, b));
            }
        }
    }
}
