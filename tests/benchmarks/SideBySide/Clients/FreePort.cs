using System.Net;
using System.Net.Sockets;

namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>Hands out loopback ports that nobody listens on; each at most once.</summary>
internal static class FreePort
{
    // Below the kernel's ephemeral range (ip_local_port_range, 32768 up): a client's port can never take a listener's place.
    private const int First = 21_000;
    private const int Last = 31_999;

    private static int _next = First;

    public static IPEndPoint Next()
    {
        while (_next <= Last)
        {
            var endPoint = new IPEndPoint(IPAddress.Loopback, _next++);
            if (IsFree(endPoint))
            {
                return endPoint;
            }
        }

        throw new InvalidOperationException("No free loopback port between 21000 and 31999.");
    }

    private static bool IsFree(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
