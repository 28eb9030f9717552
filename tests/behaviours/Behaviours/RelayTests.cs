using System.Security.Cryptography;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Bytes that go through, whoever speaks first.</summary>
public sealed class RelayTests
{
    [Theory]
    [Row(2, "the backend speaks first and the client is silent", "its greeting reaches the client")]
    public async Task BackendSpeaksFirst_ClientHearsIt(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);

        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        await server.SendAsync("220 hello\n");

        Assert.Equal("220 hello", await client.ReadLineAsync());
    }

    [Theory]
    [Row(8, "the backend finishes after 64 KiB while the client reads slowly", "the client gets every byte, then the end")]
    public async Task BackendFinishesBeforeASlowClient_NothingIsLost(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        client.Socket.ReceiveBufferSize = 2048;
        using var server = await a.AcceptAsync();
        var sent = RandomNumberGenerator.GetBytes(65536);
        await server.SendAsync(sent);
        server.Dispose();

        List<byte> received = [];
        var piece = new byte[1024];
        int length;
        while ((length = await client.Socket.ReceiveAsync(piece)) > 0)
        {
            received.AddRange(piece.AsSpan(0, length));
            await Eventually.PauseAsync(2);
        }

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received.ToArray()));
    }
}
