using System.Net;
using System.Net.Sockets;
using ApiLb.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.TransportTests;

public sealed class InheritedSocketTests
{
    [Fact]
    public void SocketOfTheAddress_IsTaken()
    {
        var (descriptor, address) = Pass(SocketType.Stream);
        InheritedSockets sockets = new([descriptor], NullLogger.Instance);

        Assert.Null(sockets.Take(new TcpListenEndPoint(new IPEndPoint(IPAddress.Loopback, 1)), new TcpTransportOptions()));
        var taken = sockets.Take(new TcpListenEndPoint(address), new TcpTransportOptions());

        Assert.Equal((descriptor, address), (taken?.Fd, taken?.EndPoint));
        Assert.Null(sockets.Take(new TcpListenEndPoint(address), new TcpTransportOptions()));
        taken!.Close();
    }

    [Fact]
    public void SocketThatNobodyTakes_IsClosedAndSaid()
    {
        var (descriptor, address) = Pass(SocketType.Stream);
        LogRecorder log = new();
        InheritedSockets sockets = new([descriptor], log.CreateLogger("test"));

        sockets.CloseAll();

        Assert.Contains(log.Messages, l => l.Contains($"Inherited socket {address}: no listener", StringComparison.Ordinal));
        using Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        Assert.Throws<SocketException>(() => client.Connect(address));
    }

    [Fact]
    public void SocketThatDoesNotListen_IsRefused()
    {
        var (descriptor, _) = Pass(SocketType.Dgram);
        LogRecorder log = new();

        InheritedSockets sockets = new([descriptor], log.CreateLogger("test"));

        Assert.Contains(log.Messages, l => l.Contains("is no listening stream socket", StringComparison.Ordinal));
        sockets.CloseAll();
    }

    /// <summary>The process that listens there may go on: its file is this one's from the first client on, and not before.</summary>
    [Fact]
    public void SocketOfAnotherDaemon_TakesItsFileAlongWhenItIsClaimed()
    {
        var path = Path.Combine(Path.GetTempPath(), $"apilb-{Guid.NewGuid():N}.sock");
        UnixDomainSocketEndPoint address = new(path);
        var bound = ListeningSocket.Bind(new TcpListenEndPoint(address), new TcpTransportOptions());
        bound.Leave();
        InheritedSockets sockets = new([new InheritedSocket(bound.Fd) { Address = address, OwnsFile = true }], NullLogger.Instance);

        var taken = sockets.Take(new TcpListenEndPoint(address), new TcpTransportOptions());

        Assert.False(taken!.OwnsFile);
        Assert.True(File.Exists(path));
        taken.Claim();
        taken.Close();
        Assert.False(File.Exists(path));
    }

    /// <summary>A descriptor that nobody in this process owns any longer, as one that was inherited.</summary>
    private static (int Descriptor, IPEndPoint Address) Pass(SocketType type)
    {
        Socket socket = new(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (type == SocketType.Stream)
        {
            socket.Listen();
        }

        var passed = ((int)socket.SafeHandle.DangerousGetHandle(), (IPEndPoint)socket.LocalEndPoint!);
        socket.SafeHandle.SetHandleAsInvalid();
        return passed;
    }
}
