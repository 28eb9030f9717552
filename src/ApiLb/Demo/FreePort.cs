using System.Net;
using System.Net.Sockets;

namespace ApiLb.Demo;

/// <summary>Finds ports on which the demo may listen beside whatever else runs on the machine.</summary>
internal static class FreePort
{
    /// <summary>
    /// The first of the wished ports that is free on every address, else null. The wishes are below the kernel's range for
    /// outgoing connections, so that no client can sit on a stand-in's port while it is down.
    /// </summary>
    public static int? Find(IReadOnlyList<IPAddress> addresses, params ReadOnlySpan<int> wishes)
    {
        foreach (var port in wishes)
        {
            if (addresses.All(address => IsFree(new IPEndPoint(address, port))))
            {
                return port;
            }
        }

        return null;
    }

    private static bool IsFree(IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
