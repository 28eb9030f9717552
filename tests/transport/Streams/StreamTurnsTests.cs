using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>Streams that share a reactor.</summary>
public sealed class StreamTurnsTests
{
    [Fact]
    public async Task EndlessStreamOnTheReactor_LetsTheOthersHaveTheirTurns()
    {
        await using var stream = await OpenStream.OpenAsync(new TcpTransportOptions { Reactors = 1 });
        stream.Socket.ContinuesOnReactor = true;
        using CancellationTokenSource over = new();
        var reading = ReadOnAsync(stream, over.Token);
        using var flood = new Flood(stream.Peer, new byte[64 * 1024 * 1024]);

        for (var i = 0; i < 100; i++)
        {
            await stream.RoundOverAsync();
        }

        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.InTime());
    }

    private static async Task ReadOnAsync(OpenStream stream, CancellationToken over)
    {
        var buffer = new byte[16];
        while (await stream.Socket.ReadAsync(buffer, CancellationToken.None) > 0)
        {
            over.ThrowIfCancellationRequested();
        }
    }
}
