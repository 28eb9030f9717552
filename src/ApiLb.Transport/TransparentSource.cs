namespace ApiLb.Transport;

/// <summary>
/// Connections that come from an address of somebody else (IP_TRANSPARENT, ip(7)), so that a backend sees its client. The
/// answers must be routed back to this host: docs/transparent-source.md. Needs CAP_NET_ADMIN.
/// </summary>
internal static class TransparentSource
{
    /// <summary>Whether this process may do it at all.</summary>
    public static bool IsPermitted()
    {
        var fd = Native.Socket(Native.AfInet);
        if (fd < 0)
        {
            return false;
        }

        var result = Native.SetOption(fd, Native.SolIp, Native.IpTransparent, 1);
        Native.Close(fd);
        return result >= 0;
    }

    /// <summary>An IPv6 client has no address to reach an IPv4 backend from, and a unix client none at all.</summary>
    public static bool Applies(ClientAddress source, int family) =>
        !source.IsUnix && family == (source.IsIpv4 ? Native.AfInet : Native.AfInet6);

    /// <summary>Gives a socket the client's address. The port is the kernel's to choose, at the connect.</summary>
    /// <returns>0, or a negated errno.</returns>
    public static int Bind(int fd, ClientAddress source)
    {
        var result = source.IsIpv4
            ? Native.SetOption(fd, Native.SolIp, Native.IpTransparent, 1)
            : Native.SetOption(fd, Native.SolIpv6, Native.Ipv6Transparent, 1);
        if (result < 0)
        {
            return result;
        }

        // Without it bind takes a port that no other connection of this client uses, to whatever backend: they run out.
        _ = Native.SetOption(fd, Native.SolIp, Native.IpBindAddressNoPort, 1);
        Span<byte> address = stackalloc byte[SocketAddress.MaxLength];
        return Native.Bind(fd, address[..source.Encode(address)]);
    }
}
