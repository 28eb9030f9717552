using System.Net.Sockets;
using ApiLb.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Sockets to backends get their keepalive late, but they get it.</summary>
public sealed class KeepAliveSweepTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    private readonly TcpTransportOptions _options = new()
    {
        Reactors = 1,
        KeepAliveIdle = TimeSpan.FromSeconds(1),
        KeepAliveInterval = TimeSpan.FromSeconds(2),
        KeepAliveCount = 4,
    };

    private HeldClient _held = null!;

    public async ValueTask InitializeAsync() => _held = await HeldClient.OpenAsync(options: _options);

    public ValueTask DisposeAsync() => _held.DisposeAsync();

    [Fact]
    public async Task DialledSocketLives_IsKeptAliveSoon()
    {
        using var backend = new Backend();
        var race = _held.Client.Dial(default);
        var attempt = race.Start(backend.Target, tag: null);
        using var served = await backend.AcceptAsync();
        Assert.Equal(DialEventKind.Connected, (await race.NextAsync(Long).InTime()).Kind);
        race.End();
        using var socket = new Socket(new SafeSocketHandle(attempt.Fd, ownsHandle: false));

        Assert.Equal(1, Read(socket, SocketOptionLevel.Tcp, SocketOptionName.NoDelay));
        await Eventually.SeesAsync(
            () => Read(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive), isOn => isOn == 1, "keepalive on the dialled socket");

        Assert.Equal(1, Read(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        Assert.Equal(2, Read(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        Assert.Equal(4, Read(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));
        attempt.Close();
    }

    [Fact]
    public void HundredsDialledAtOnce_GetTheirKeepAliveAFewAtATime()
    {
        const int Count = 600;
        const int MostAtOnce = 128;
        var reactor = new Reactor("test", 0, maxPipes: 1, TimeProvider.System, NullLogger.Instance);
        reactor.Start();
        var sockets = Enumerable.Range(0, Count).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToArray();
        try
        {
            using var held = new HeldReactor(reactor);
            Assert.All(sockets, socket => Assert.Equal(0, new ReactorSocket((int)socket.Handle, reactor) { LacksKeepAlive = true }.Register()));
            var sweep = new KeepAliveSweep(reactor, _options);
            for (var kept = 0; kept < Count;)
            {
                sweep.OnTimeout();
                var now = sockets.Count(socket => Read(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive) == 1);
                Assert.InRange(now - kept, 1, MostAtOnce);
                kept = now;
            }
        }
        finally
        {
            reactor.Stop();
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task UnixSocket_IsLeftAlone()
    {
        using var backend = new Backend(Addresses.NewUnixPath());
        var race = _held.Client.Dial(default);

        var attempt = race.Start(backend.Target, tag: null);

        Assert.False(attempt.LacksKeepAlive);
        Assert.Equal(DialEventKind.Connected, (await race.NextAsync(Long).InTime()).Kind);
        race.End();
        attempt.Close();
    }

    private static int Read(Socket socket, SocketOptionLevel level, SocketOptionName name) => (int)socket.GetSocketOption(level, name)!;
}
