using System.Security.Cryptography;
using Xunit;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>What clients and backends do in rows 1 to 8, smaller, between any two kinds of addresses.</summary>
/// <param name="bench">Where the balancer runs.</param>
/// <param name="backend">Its one backend, whose connections nobody else takes.</param>
/// <param name="listener">Where clients connect.</param>
internal sealed class Conversations(Bench bench, Backend backend, string listener)
{
    private const int Size = 10 << 20;
    private const int SlowSize = 64 << 10;

    /// <summary>Rows 1 to 4, 6 and 8.</summary>
    public async Task HoldAsync()
    {
        await BothSendAsync();
        await BackendSpeaksFirstAsync();
        await ClientFinishesFirstAsync();
        await BackendFinishesFirstAsync();
        await ClientResetsAsync();
        await ClientReadsSlowlyAsync();
        await bench.RelaysNothingAsync();
    }

    /// <summary>Row 5: one side has finished, and the other is silent for longer than it may.</summary>
    public async Task OneSideIsSilentAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        client.Finish();
        Assert.Equal(Ending.Finished, await server.EndAsync());
        await client.EndAsync();
        await bench.RelaysNothingAsync();
    }

    /// <summary>Row 7: the backend gives its connection up in the middle.</summary>
    /// <returns>How that looks to the client.</returns>
    public async Task<Ending> BackendGivesUpAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        await client.SendAsync("never read"); // A unix socket knows no other reset than to be closed with bytes that nobody has read.
        await server.SendAsync("stream");
        Assert.Equal("stream", await client.ReadAsync(6));
        await Eventually.HoldsAsync(() => server.Socket.Available > 0, () => "the client's bytes do not arrive");
        server.Reset();
        return await client.EndAsync();
    }

    private async Task BothSendAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        var (toServer, toClient) = (ByteStream.SendAsync(client, Size, seed: 1), ByteStream.SendAsync(server, Size, seed: 2));
        var (atServer, atClient) = (ByteStream.HashAsync(server, Size), ByteStream.HashAsync(client, Size));
        Assert.Equal(await toServer, await atServer);
        Assert.Equal(await toClient, await atClient);
    }

    private async Task BackendSpeaksFirstAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        await server.SendAsync("220 hello\n");
        Assert.Equal("220 hello", await client.ReadLineAsync());
    }

    private async Task ClientFinishesFirstAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        await client.SendAsync("question");
        client.Finish();
        Assert.Equal(Ending.Finished, await server.EndAsync());
        await AnswerAsync(server, client);
    }

    private async Task BackendFinishesFirstAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        await server.SendAsync("greeting");
        server.Finish();
        Assert.Equal(Ending.Finished, await client.EndAsync());
        await AnswerAsync(client, server);
    }

    private async Task ClientResetsAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        await client.SendAsync("stream");
        Assert.Equal("stream", await server.ReadAsync(6));
        client.Reset();
        await server.EndAsync();
    }

    private async Task ClientReadsSlowlyAsync()
    {
        using var pair = await PairAsync();
        var (client, server) = pair;
        client.Socket.ReceiveBufferSize = 2048;
        var sent = RandomNumberGenerator.GetBytes(SlowSize);
        await server.SendAsync(sent);
        server.Dispose();

        List<byte> received = [];
        var piece = new byte[1024];
        for (int length; (length = await client.Socket.ReceiveAsync(piece)) > 0;)
        {
            received.AddRange(piece.AsSpan(0, length));
            await Eventually.PauseAsync(1);
        }

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received.ToArray()));
    }

    private static async Task AnswerAsync(Connection sender, Connection receiver)
    {
        var sending = Task.Run(async () =>
        {
            await sender.SendAsync(new byte[Size]);
            sender.Finish();
        });
        var before = receiver.Received.Length;
        Assert.Equal(Ending.Finished, await receiver.EndAsync());
        Assert.Equal(Size, receiver.Received.Length - before);
        await sending;
    }

    private async Task<Pair> PairAsync() => new(await bench.ConnectAsync(listener: listener), await backend.AcceptAsync());

    private sealed record Pair(Connection Client, Connection Server) : IDisposable
    {
        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
