using System.Net.Sockets;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Every descriptor has one owner and one close: nothing is left over, however connections end.</summary>
public sealed class DescriptorTests
{
    private const int Connections = 5_000;
    private const int AtOnce = 50;

    [Fact]
    public async Task ManyConnectionsOpenedAndClosed_NoDescriptorIsLeft()
    {
        using var backend = new Backend();
        await using var relay = await RelayServer.StartAsync(backend.Target);
        await BatchAsync(relay, backend, reset: false);
        var before = CountSockets();

        for (var batch = 0; batch < Connections / AtOnce; batch++)
        {
            await BatchAsync(relay, backend, reset: batch % 2 == 0);
        }

        await Eventually.SeesAsync(() => relay.Open, open => open == 0, "no open connection");
        await Eventually.SeesAsync(CountSockets, count => count <= before, $"at most the {before} sockets of before");
        Assert.InRange(relay.HighestSlot, 0, 4 * AtOnce);
    }

    [Fact]
    public async Task RefusedAndUnreachableBackends_NoDescriptorIsLeft()
    {
        foreach (var address in new[] { Addresses.Refusing(), Addresses.Unreachable, Addresses.NewUnixPath() })
        {
            await using var relay = await RelayServer.StartAsync(new ApiLb.Transport.DialTarget(address));
            await SeesResetAsync(relay);
            var before = CountSockets();
            for (var i = 0; i < 100; i++)
            {
                await SeesResetAsync(relay);
            }

            await Eventually.SeesAsync(CountSockets, count => count <= before, $"at most the {before} sockets of before");
        }
    }

    private static async Task BatchAsync(RelayServer relay, Backend backend, bool reset)
    {
        for (var i = 0; i < AtOnce; i++)
        {
            using var client = await relay.ConnectAsync();
            using var served = await backend.AcceptAsync();
            await client.SendAsync(new byte[10]);
            await served.ReadAsync(10);
            if (reset)
            {
                client.Reset();
            }
        }
    }

    /// <summary>The reset may come while the test still connects.</summary>
    private static async Task SeesResetAsync(RelayServer relay)
    {
        try
        {
            using var client = await relay.ConnectAsync();
            Assert.Equal(StreamEnd.Reset, await client.EndAsync());
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Seen.
        }
    }

    /// <summary>Sockets of this process: files and the like are the runtime's, which opens them when it likes.</summary>
    private static int CountSockets() => Directory.GetFiles("/proc/self/fd")
        .Count(fd => new FileInfo(fd).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);
}
