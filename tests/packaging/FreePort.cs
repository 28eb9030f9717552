using System.Net;
using System.Net.Sockets;

namespace ApiLb.PackagingTests;

/// <summary>Ports of loopback that nobody listens on just now.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
