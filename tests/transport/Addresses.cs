using System.Net;
using System.Net.Sockets;

namespace ApiLb.TransportTests;

/// <summary>Where tests listen and dial.</summary>
internal static class Addresses
{
    public static EndPoint Loopback => new IPEndPoint(IPAddress.Loopback, 0);

    public static EndPoint Loopback6 => new IPEndPoint(IPAddress.IPv6Loopback, 0);

    /// <summary>No TCP connection can be made to a multicast address: the kernel answers ENETUNREACH at once.</summary>
    public static EndPoint Unreachable => new IPEndPoint(IPAddress.Parse("224.0.0.1"), 6443);

    public static UnixDomainSocketEndPoint NewUnixPath() => new(Path.Combine(Path.GetTempPath(), $"apilb-{Guid.NewGuid():N}.sock"));

    /// <summary>An address at which nobody listens: one that was just given back.</summary>
    public static EndPoint Refusing()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(Loopback);
        return socket.LocalEndPoint!;
    }
}
