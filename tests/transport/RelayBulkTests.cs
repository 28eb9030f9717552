using System.Security.Cryptography;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Much data in both directions at once.</summary>
public sealed class RelayBulkTests
{
    private const long Gibibyte = 1L << 30;
    private const int Seed = 20261120;

    [Fact]
    public async Task OneGibibyteEachWayAtOnce_ArrivesUnchanged()
    {
        await using var pair = await RelayedPair.OpenAsync();

        var toBackend = ReceiveAsync(pair.Backend);
        var toClient = ReceiveAsync(pair.Client);
        var sentByClient = SendAsync(pair.Client, Seed);
        var sentByBackend = SendAsync(pair.Backend, Seed + 1);

        Assert.Equal(await sentByClient, await toBackend);
        Assert.Equal(await sentByBackend, await toClient);
        Assert.Equal((Gibibyte, Gibibyte), await pair.ResultAsync() is var result ? (result.BytesToBackend, result.BytesToClient) : default);
    }

    /// <summary>Sends slices of a random block: random lengths, from one byte to 256 KiB, at random places.</summary>
    private static Task<string> SendAsync(Peer peer, int seed) => Task.Run(async () =>
    {
        var random = new Random(seed);
        var block = RandomBytes.Of(8 * 1024 * 1024, seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var rest = Gibibyte; rest > 0;)
        {
            var length = (int)Math.Min(rest, random.Next(1, 1 << random.Next(1, 19)));
            var slice = block.AsMemory(random.Next(block.Length - length), length);
            hash.AppendData(slice.Span);
            await peer.SendAsync(slice);
            rest -= length;
        }

        peer.FinishSending();
        return Convert.ToHexString(hash.GetHashAndReset());
    });

    private static Task<string> ReceiveAsync(Peer peer) => Task.Run(async () =>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[256 * 1024];
        while (true)
        {
            var (length, end) = await peer.ReadOnceAsync(chunk);
            if (end is not null)
            {
                Assert.Equal(StreamEnd.Fin, end);
                return Convert.ToHexString(hash.GetHashAndReset());
            }

            hash.AppendData(chunk, 0, length);
        }
    });
}
