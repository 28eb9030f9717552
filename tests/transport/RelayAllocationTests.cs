using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>What a relayed message costs the garbage collector.</summary>
public sealed class RelayAllocationTests
{
    private const int Messages = 10_000;
    private const int Attempts = 5;

    [Fact]
    public async Task SmallMessages_AllocateNothingOnTheReactor()
    {
        await using var pair = await RelayedPair.OpenAsync(transport: new TcpTransportOptions { Reactors = 1 });
        PingPong(pair, Messages / 10);

        var least = long.MaxValue;
        for (var i = 0; i < Attempts && least > 0; i++)
        {
            least = Math.Min(least, await AllocatedWhileAsync(pair, () => PingPong(pair, Messages)));
        }

        Assert.Equal(0, least);
    }

    /// <summary>
    /// One attempt of some: a collection that another test causes charges the reactor's thread with the unused rest of its allocation
    /// context, a few kibibytes at most.
    /// </summary>
    private static async Task<long> AllocatedWhileAsync(RelayedPair pair, Action action)
    {
        var before = await AllocatedAsync(pair);
        action();
        return await AllocatedAsync(pair) - before;
    }

    private static void PingPong(RelayedPair pair, int messages)
    {
        var message = new byte[100];
        for (var i = 0; i < messages; i++)
        {
            Pass(pair.Client, pair.Backend, message);
            Pass(pair.Backend, pair.Client, message);
        }
    }

    private static void Pass(Peer from, Peer to, byte[] message)
    {
        from.Socket.Send(message);
        for (var filled = 0; filled < message.Length;)
        {
            filled += to.Socket.Receive(message, filled, message.Length - filled, default);
        }
    }

    private static async Task<long> AllocatedAsync(RelayedPair pair)
    {
        var reading = new AllocationReading();
        pair.Relay.Transport.Reactors[0].Post(reading);
        await Eventually.SeesAsync(() => reading.Bytes, bytes => bytes >= 0, "a reading");
        return reading.Bytes;
    }

    /// <summary>Tells its result through a field: completing a task would itself allocate on the reactor.</summary>
    private sealed class AllocationReading : IReactorWork
    {
        private long _bytes = -1;

        public long Bytes => Volatile.Read(ref _bytes);

        public void Run() => Volatile.Write(ref _bytes, GC.GetAllocatedBytesForCurrentThread());
    }
}
