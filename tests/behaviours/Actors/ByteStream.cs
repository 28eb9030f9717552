using System.Security.Cryptography;
using Xunit;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A stream of pseudo-random bytes, and what arrived of it.</summary>
internal static class ByteStream
{
    private const int Block = 1 << 20;

    /// <returns>SHA-256 of what was sent.</returns>
    public static Task<string> SendAsync(Connection to, long size, int seed, Progress? progress = null) => Task.Run(async () =>
    {
        Random random = new(seed); // The same bytes in every run.
        var block = new byte[Block];
        random.NextBytes(block);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long sent = 0; sent < size;)
        {
            var start = random.Next(Block / 2);
            var chunk = block.AsMemory(start, (int)Math.Min(size - sent, random.Next(1, Block / 2)));
            hash.AppendData(chunk.Span);
            for (var rest = (ReadOnlyMemory<byte>)chunk; rest.Length > 0;)
            {
                var length = await to.Socket.SendAsync(rest);
                progress?.Add(length);
                rest = rest[length..];
            }

            sent += chunk.Length;
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    });

    public static Task<string> HashAsync(Connection from, long size) => Task.Run(async () =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[Block];
        for (long received = 0; received < size;)
        {
            var length = await from.Socket.ReceiveAsync(piece.AsMemory());
            Assert.NotEqual(0, length);
            hash.AppendData(piece.AsSpan(0, length));
            received += length;
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    });
}
