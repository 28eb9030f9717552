using System.Net.Sockets;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests.Streams;

/// <summary>Connecting, for those who read and write.</summary>
public sealed class StreamDialTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backend_IsReached(bool isUnix)
    {
        var address = isUnix ? Addresses.NewUnixPath() : Addresses.Loopback;
        await using var server = await TransportServer.StartAsync(
            async client =>
            {
                var socket = await client.OpenAsync(client.Socket.Reactor);
                var buffer = new byte[16];
                var length = await socket!.ReadAsync(buffer, default);
                await socket.WriteAsync(buffer.AsMemory(0, length), default);
                socket.Finish();
            },
            new TcpListenEndPoint(address));
        var socket = await StreamDial.ConnectAsync(new DialTarget(server.Address), server.Transport.Streams.Next(), CancellationToken.None).InTime();

        await socket.WriteAsync(new byte[] { 1, 2, 3 }, default).InTime();
        var answer = new byte[16];

        Assert.Equal(3, await socket.ReadAsync(answer, default).InTime());
        Assert.Equal(new byte[] { 1, 2, 3 }, answer[..3]);
        Assert.Equal(0, await socket.ReadAsync(answer, default).InTime());
        socket.Close();
    }

    [Fact]
    public async Task NobodyListens_IsRefused()
    {
        using var transport = TransportServer.NewTransport();
        using var closed = Peer.NewSocket(Addresses.Loopback);
        closed.Bind(Addresses.Loopback);

        var error = await Assert.ThrowsAsync<DialFailedException>(
            () => StreamDial.ConnectAsync(new DialTarget(closed.LocalEndPoint!), transport.Streams.Next(), CancellationToken.None).InTime());

        Assert.Equal(DialFailure.Refused, error.Failure);
    }

    [Fact]
    public async Task SilentBackend_IsGivenUpWhenTheTokenSaysSo()
    {
        using var transport = TransportServer.NewTransport();
        using var silent = new SilentBackend();
        using CancellationTokenSource source = new();
        var reactor = transport.Streams.Next();
        var dial = StreamDial.ConnectAsync(silent.Target, reactor, source.Token);

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dial.InTime());
        await Eventually.SeesAsync(() => OpenStream.SocketsOf(reactor), count => count == 0, "no socket left");
    }

    [Fact]
    public async Task BackendThatSendsFirst_LosesNothing()
    {
        var listener = Peer.NewSocket(Addresses.Loopback);
        using (listener)
        {
            listener.Bind(Addresses.Loopback);
            listener.Listen();
            using var transport = TransportServer.NewTransport();
            for (var i = 0; i < 100; i++)
            {
                var dial = StreamDial.ConnectAsync(new DialTarget(listener.LocalEndPoint!), transport.Streams.Next(), CancellationToken.None);
                using var accepted = await listener.AcceptAsync().InTime();
                await accepted.SendAsync(new byte[] { 7 }, SocketFlags.None).InTime();
                accepted.Shutdown(SocketShutdown.Send);
                var socket = await dial.InTime();

                Assert.Equal(1, await socket.ReadAsync(new byte[16], default).InTime());
                Assert.Equal(0, await socket.ReadAsync(new byte[16], default).InTime());
                socket.Close();
            }
        }
    }
}
