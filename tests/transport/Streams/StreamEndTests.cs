using ApiLb.IntegrationTests.Probing;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>How connections that are read and written end.</summary>
public sealed class StreamEndTests
{
    private const int MoreThanFits = 4 * 1024 * 1024;

    private static readonly byte[] Message = "message"u8.ToArray();
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    internal static void End(StreamSocket socket, string how)
    {
        switch (how)
        {
            case "finish":
                socket.Finish();
                break;
            case "close":
                socket.Close();
                break;
            default:
                socket.Abort();
                break;
        }
    }

    [Fact]
    public async Task Finish_LetsTheClientHaveAllThoughItStillSends()
    {
        await using var stream = await OpenStream.OpenAsync();
        await stream.Peer.SendAsync(new byte[MoreThanFits / 64]);
        await stream.WriteAsync(Message);

        Assert.True(stream.Socket.Finish());

        await stream.Peer.SendAsync(new byte[MoreThanFits / 64]);
        await stream.Peer.GetsAsync(Message, StreamEnd.Fin);
    }

    [Fact]
    public async Task Finish_ClosesWhenTheClientHasFinishedToo()
    {
        await using var stream = await OpenStream.OpenAsync();

        stream.Socket.Finish();
        await stream.Peer.GetsAsync([], StreamEnd.Fin);
        stream.Peer.FinishSending();

        await stream.IsForgottenAsync();
    }

    [Fact]
    public async Task Finish_DoesNotWaitForEverForAClientThatStays()
    {
        await using var stream = await OpenStream.OpenAsync();

        stream.Socket.Finish();

        await stream.IsForgottenAsync();
    }

    [Fact]
    public async Task ManyThatFinishAtOnceWithClientsThatStay_DoNotUseUpDescriptors()
    {
        const int Clients = LingeringClose.Most + 100;
        using var transport = TransportServer.NewTransport(new TcpTransportOptions { Reactors = 1 });
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await TransportServer.StartAsync(
            async client =>
            {
                var socket = await client.OpenAsync(transport.Streams.Next());
                await release.Task;
                socket!.Finish();
            },
            transport: transport);
        List<Peer> peers = [];
        for (var i = 0; i < Clients; i++)
        {
            peers.Add(await server.ConnectAsync());
        }

        var reactor = Assert.Single(transport.Streams.Running);
        await Eventually.SeesAsync(() => OpenStream.SocketsOf(reactor), count => count == Clients, "all clients on the reactor");
        release.SetResult();

        await Eventually.SeesAsync(() => OpenStream.SocketsOf(reactor), count => count <= LingeringClose.Most, "the others closed at once");
        Assert.Equal(StreamEnd.Fin, await peers[^1].EndAsync());
        await Eventually.SeesAsync(() => OpenStream.SocketsOf(reactor), count => count == 0, "none left");
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task Finish_TellsThatSomebodyWasAtIt()
    {
        await using var stream = await OpenStream.OpenAsync();
        var read = stream.ReadAsync(new byte[1]);

        Assert.False(stream.Socket.Finish());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => read.InTime());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Abort_ResetsAndIsTold(bool isTheConnections)
    {
        await using var stream = await OpenStream.OpenAsync();
        TaskCompletionSource left = new();
        stream.Socket.WhenPeerLeaves(left.SetResult);

        if (isTheConnections)
        {
            stream.Client.Abort();
        }
        else
        {
            stream.Socket.Abort();
        }

        await left.Task.InTime();
        Assert.Equal(StreamEnd.Reset, await stream.Peer.EndAsync());
    }

    [Fact]
    public async Task AbortOfAConnectionThatIsOpenedLater_ReachesIt()
    {
        await using var held = await HeldClient.OpenAsync();
        held.Client.Abort();

        var socket = await held.Client.OpenAsync(held.Reactor);

        Assert.NotNull(socket);
        Assert.Equal(StreamEnd.Reset, await held.Peer.EndAsync());
    }

    [Fact]
    public async Task ConnectionThatWasClosed_CannotBeOpened()
    {
        await using var held = await HeldClient.OpenAsync();
        held.Client.Reset();

        Assert.Null(await held.Client.OpenAsync(held.Reactor));
    }

    [Fact]
    public async Task ConnectionThatWasLookedAt_IsOpenedWithAllItsBytes()
    {
        await using var held = await HeldClient.OpenAsync();
        var peek = held.Client.PeekAsync(new byte[16], known: 0, TimeSpan.FromSeconds(30));
        await held.Peer.SendAsync(Message);
        await peek.InTime();

        var socket = await held.Client.OpenAsync(held.Reactor);

        var buffer = new byte[16];
        Assert.Equal(Message.Length, await socket!.ReadAsync(buffer, default).InTime());
        Assert.Equal(Message, buffer[..Message.Length]);
        socket.Close();
    }

    [Theory]
    [InlineData("finish")]
    [InlineData("close")]
    [InlineData("abort")]
    public async Task EndedConnections_AreForgotten(string how)
    {
        await using var stream = await OpenStream.OpenAsync();
        stream.Peer.FinishSending();

        End(stream.Socket, how);
        End(stream.Socket, "close");

        await stream.IsForgottenAsync();
    }

    [Fact]
    public async Task PeerThatVanishesWithDataUnderWay_IsAborted()
    {
        await using var stream = await OpenStream.OpenAsync(new TcpTransportOptions { Reactors = 1, PeerTimeout = Timeout });
        TaskCompletionSource left = new();
        stream.Socket.WhenPeerLeaves(left.SetResult);
        var read = stream.ReadAsync(new byte[1]);
        PacketDrop.Attach(stream.Peer.Socket);

        await stream.WriteAsync(new byte[1]);

        await left.Task.InTime();
        await Assert.ThrowsAsync<ConnectionAbortedException>(() => read.InTime());
    }

    [Fact]
    public async Task SilentButLivingPeer_IsLeftAlone()
    {
        await using var stream = await OpenStream.OpenAsync(new TcpTransportOptions { Reactors = 1, PeerTimeout = Timeout });
        TaskCompletionSource left = new();
        stream.Socket.WhenPeerLeaves(left.SetResult);
        await stream.WriteAsync(new byte[1]);
        await stream.Peer.ReadAsync(1);

        await Eventually.StaysAsync(3 * Timeout, () => left.Task.IsCompleted, hasLeft => !hasLeft, "the connection to stay");
    }
}
