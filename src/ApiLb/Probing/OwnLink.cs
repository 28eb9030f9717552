using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace ApiLb.Probing;

/// <summary>Whether this host's own link on the way to somewhere is down: then silence says nothing about the other end.</summary>
internal static class OwnLink
{
    // Any: connecting a datagram socket sends nothing, it only asks the kernel for the way.
    private const int AnyPort = 9;

    /// <summary>Whether the link on the way there is down. False when there is no way at all: the check itself says that better.</summary>
    public static bool IsDown(EndPoint endPoint)
    {
        try
        {
            return endPoint is IPEndPoint { Address: var address } && SourceFor(address) is { } own && IsDownWith(own);
        }
        catch (NetworkInformationException)
        {
            return false;
        }
    }

    /// <summary>Whether an address is one of this host's own.</summary>
    public static bool IsOwn(IPAddress address) => IPAddress.IsLoopback(address) || address.Equals(SourceFor(address));

    private static IPAddress? SourceFor(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
#pragma warning disable MA0045 // Nothing is waited for: connecting a datagram socket is a look at the routing table.
            socket.Connect(address, AnyPort);
#pragma warning restore MA0045
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static bool IsDownWith(IPAddress local) => Array.Exists(
        NetworkInterface.GetAllNetworkInterfaces(),
        link => link.OperationalStatus is OperationalStatus.Down or OperationalStatus.LowerLayerDown
            && link.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(local)));
}
