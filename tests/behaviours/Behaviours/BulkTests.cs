using System.Diagnostics;
using System.Security.Cryptography;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Much data, and single bytes.</summary>
[Collection(Alone.Name)]
public sealed class BulkTests
{
    private const long GiB = 1L << 30;
    private const int Stalled = 64 << 20;

    [Theory]
    [Row(1, "client and backend exchange 1 GiB each way at the same time, in chunks of random size", "both get exactly what was sent")]
    public async Task OneGibibyteEachWay_IsByteExact(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        var began = TimeProvider.System.GetTimestamp();

        var toServer = Stream.SendAsync(client, GiB, seed: 1);
        var toClient = Stream.SendAsync(server, GiB, seed: 2);
        var atServer = Stream.HashAsync(server, GiB);
        var atClient = Stream.HashAsync(client, GiB);

        Assert.Equal(await toServer, await atServer);
        Assert.Equal(await toClient, await atClient);
        Remark.Say($"{2 / TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} GiB/s, the test's own hashing included");
    }

    [Theory]
    [Row(9, "the client stops reading while the backend sends 1 GiB", "the backend is stalled by its TCP window, memory stays within 4 MiB, and it goes on byte-exact")]
    public async Task ClientStopsReading_BackendIsStalled(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await StallsAsync(bench, sender: server, reader: client);
    }

    [Theory]
    [Row(10, "the backend stops reading while the client sends 1 GiB", "the client is stalled by its TCP window, memory stays within 4 MiB, and it goes on byte-exact")]
    public async Task BackendStopsReading_ClientIsStalled(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await StallsAsync(bench, sender: client, reader: server);
    }

    [Theory]
    [Row(11, "single bytes, one millisecond apart", "nothing is gathered: each comes by itself, and half of them at most 5 ms later than without a balancer", Note = "the median instead of the 99th percentile, and 5 ms instead of 1 ms: two cores that are shared with client and backend. Gathering would cost 40 ms")]
    public async Task SingleBytes_AreNotGathered(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        using var direct = await bench.ConnectAsync(listener: a.Address);
        using var directServer = await a.AcceptAsync();

        List<TimeSpan> added = [];
        for (var i = 0; i < 300; i++)
        {
            added.Add(await RoundTripAsync(client, server) - await RoundTripAsync(direct, directServer));
            await Eventually.PauseAsync(1);
        }

        var median = added.Order().ElementAt(added.Count / 2);
        Remark.Say($"adds {median.TotalMicroseconds:F0} us");
        Assert.InRange(median, TimeSpan.FromMilliseconds(-5), TimeSpan.FromMilliseconds(5));
    }

    private static async Task StallsAsync(Bench bench, Connection sender, Connection reader)
    {
        var memory = bench.Process.Family.Memory;
        Progress progress = new();
        var sending = Stream.SendAsync(sender, GiB, seed: 3, progress);
        await progress.StopsAsync();
        Assert.InRange(progress.Bytes, 0, Stalled);
        var growth = bench.Process.Family.Memory - memory;
        Remark.Say($"{growth / 1024} KiB more");
        Assert.InRange(growth, long.MinValue, 4 << 20);

        Assert.Equal(await Stream.HashAsync(reader, GiB), await sending);
    }

    private static async Task<TimeSpan> RoundTripAsync(Connection client, Connection server)
    {
        var piece = new byte[16];
        var began = Stopwatch.GetTimestamp();
        await client.SendAsync("x");
        Assert.Equal(1, await server.Socket.ReceiveAsync(piece));
        await server.SendAsync("y");
        Assert.Equal(1, await client.Socket.ReceiveAsync(piece));
        return Stopwatch.GetElapsedTime(began);
    }

    /// <summary>How far a sender has come.</summary>
    private sealed class Progress
    {
        private long _bytes;

        public long Bytes => Interlocked.Read(ref _bytes);

        public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);

        /// <summary>Waits until nothing has moved for half a second.</summary>
        public async Task StopsAsync()
        {
            var (last, since) = (-1L, TimeProvider.System.GetTimestamp());
            await Eventually.HoldsAsync(
                () =>
                {
                    if (Bytes != last)
                    {
                        (last, since) = (Bytes, TimeProvider.System.GetTimestamp());
                    }

                    return Bytes > 0 && TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromMilliseconds(500);
                },
                () => $"never stalled: {Bytes} B sent");
        }
    }

    /// <summary>A stream of pseudo-random bytes, and what arrived of it.</summary>
    private static class Stream
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
}
