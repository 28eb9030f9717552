using System.Net.Sockets;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Connections that leave the data plane for another owner.</summary>
public sealed class DetachTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Socket_HasAllBytesAndItsEndIsTheOwners()
    {
        await using var server = await TransportServer.StartAsync(async client =>
        {
            await client.PeekAsync(new byte[16], known: 0, TimeSpan.FromSeconds(30));
            using var socket = await client.DetachAsync(() => { });
            var buffer = new byte[16];
            for (int count; (count = await socket!.ReceiveAsync(buffer)) > 0;)
            {
                await socket.SendAsync(buffer.AsMemory(0, count));
            }
        });
        using var peer = await server.ConnectAsync();

        await peer.SendAsync("one"u8.ToArray());
        Assert.Equal("one"u8.ToArray(), await peer.ReadAsync(3));
        await peer.SendWithFinAsync("two"u8.ToArray());

        await peer.GetsAsync("two"u8.ToArray(), StreamEnd.Fin);
    }

    [Fact]
    public async Task ConnectionThatWasClosed_CannotBeHad()
    {
        TaskCompletionSource<bool> had = new();
        await using var server = await TransportServer.StartAsync(async client =>
        {
            // Its client must have connected: a reset may be faster.
            await client.PeekAsync(new byte[16], known: 0, TimeSpan.FromSeconds(30));
            client.Reset();
            had.SetResult(await client.DetachAsync(() => { }) is not null);
        });
        using var peer = await server.ConnectAsync();
        await peer.SendAsync(new byte[1]);

        Assert.False(await had.Task.InTime());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abort_ReachesTheOwner(bool isEarly)
    {
        TaskCompletionSource aborted = new();
        await using var server = await TransportServer.StartAsync(async client =>
        {
            if (isEarly)
            {
                client.Abort();
            }

            using var socket = await client.DetachAsync(aborted.SetResult);
            if (!isEarly)
            {
                client.Abort();
            }

            await aborted.Task;
        });
        using var peer = await server.ConnectAsync();

        await aborted.Task.InTime();
    }

    [Fact]
    public async Task PeerThatVanishesWithDataUnderWay_IsAborted()
    {
        TaskCompletionSource<Socket> detached = new();
        TaskCompletionSource aborted = new();
        await using var held = await HoldAsync(detached, aborted);
        using var peer = await held.Server.ConnectAsync();
        var socket = await detached.Task.InTime();
        PacketDrop.Attach(peer.Socket);

        await socket.SendAsync(new byte[1]);

        await aborted.Task.InTime();
    }

    [Fact]
    public async Task SilentButLivingPeer_IsLeftAlone()
    {
        TaskCompletionSource<Socket> detached = new();
        TaskCompletionSource aborted = new();
        await using var held = await HoldAsync(detached, aborted);
        using var peer = await held.Server.ConnectAsync();
        var socket = await detached.Task.InTime();
        await socket.SendAsync(new byte[1]);
        await peer.ReadAsync(1);

        await Eventually.StaysAsync(3 * Timeout, () => aborted.Task.IsCompleted, isAborted => !isAborted, "the connection to stay");
    }

    [Fact]
    public async Task EndedConnections_AreForgotten()
    {
        const int Clients = 50;
        await using var server = await TransportServer.StartAsync(async client => (await client.DetachAsync(() => { }))?.Dispose());

        for (var i = 0; i < Clients; i++)
        {
            using var peer = await server.ConnectAsync();
            await peer.EndAsync();
        }

        await Eventually.SeesAsync(() => server.Transport.Reactors.Sum(r => r.Detached.Snapshot().Length), kept => kept == 0, "no detached connection");
    }

    private static async Task<HeldTransport> HoldAsync(TaskCompletionSource<Socket> detached, TaskCompletionSource aborted)
    {
        var transport = TransportServer.NewTransport(new TcpTransportOptions { Reactors = 1, PeerTimeout = Timeout });
        TaskCompletionSource over = new();
        var server = await TransportServer.StartAsync(
            async client =>
            {
                using var socket = await client.DetachAsync(() => aborted.TrySetResult());
                detached.SetResult(socket!);
                await over.Task;
            },
            transport: transport);
        return new HeldTransport(server, transport, over);
    }

    private sealed record HeldTransport(TransportServer Server, TcpTransport Transport, TaskCompletionSource Over) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Over.SetResult();
            await Server.DisposeAsync();
            Transport.Dispose();
        }
    }
}
