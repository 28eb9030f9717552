using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ApiLb.Transport;

/// <summary>The listening descriptor: bound, configured and closed here and nowhere else.</summary>
internal sealed unsafe class ListeningSocket
{
    private readonly int _fd;
    private readonly int _family;
    private readonly bool _comesWithFile;
    private string? _path;

    private ListeningSocket(int fd, int family, EndPoint endPoint, bool comesWithFile)
    {
        _fd = fd;
        _family = family;
        EndPoint = endPoint;
        _comesWithFile = comesWithFile;
    }

    /// <summary>Where it really listens: port 0 is resolved.</summary>
    public EndPoint EndPoint { get; }

    public int Fd => _fd;

    /// <summary>Closing it deletes the file of a unix socket.</summary>
    public bool OwnsFile => _path is not null;

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="IOException">The address cannot be bound for another reason, which the message tells.</exception>
    public static ListeningSocket Bind(TcpListenEndPoint endPoint, TcpTransportOptions options)
    {
        var address = SocketAddress.Encode(endPoint.Address);
        var family = SocketAddress.FamilyOf(address);
        var fd = Check(Native.Socket(family), endPoint);
        try
        {
            Configure(fd, family, endPoint, options);
            var path = (endPoint.Address as UnixDomainSocketEndPoint)?.ToString();
            Check(Bind(fd, address, path), endPoint);
            Check(Native.Listen(fd, endPoint.Backlog), endPoint);
            var socket = new ListeningSocket(fd, family, ReadEndPoint(fd), comesWithFile: path is not null);
            socket.Claim();
            return socket;
        }
        catch
        {
            Native.Close(fd);
            throw;
        }
    }

    /// <summary>
    /// Takes over a descriptor that another process has bound. It is closed like any other, but never shut down, and a unix
    /// socket's file stays, at least until <see cref="Claim"/>: whoever bound it may still listen.
    /// </summary>
    /// <returns>Null when it is no listening stream socket; the descriptor is closed then.</returns>
    public static ListeningSocket? Adopt(InheritedSocket inherited)
    {
        var fd = inherited.Descriptor;
        var isListening = Native.GetOption(fd, Native.SolSocket, Native.SoAcceptConnections) == 1
            && Native.GetOption(fd, Native.SolSocket, Native.SoType) == Native.SockStream && Native.Own(fd) >= 0;
        if (!isListening)
        {
            Native.Close(fd);
            return null;
        }

        var endPoint = ReadEndPoint(fd);
        return new ListeningSocket(fd, SocketAddress.FamilyOf(SocketAddress.Encode(endPoint)), endPoint, inherited.OwnsFile);
    }

    /// <summary>If a file comes with it, closing deletes that from now on.</summary>
    public void Claim() => _path = _comesWithFile && EndPoint is UnixDomainSocketEndPoint ? EndPoint.ToString() : null;

    /// <summary>Another process listens here from now on: closing leaves the file.</summary>
    public void Leave() => _path = null;

    /// <summary>Gives a socket that another process shares the options of this version.</summary>
    public void Refresh(TcpTransportOptions options)
    {
        if (_family != Native.AfUnix)
        {
            SocketOptions.ApplyTo(_fd, options);
        }
    }

    /// <summary>Gives an adopted socket the options of one that was bound here, as far as they can change later.</summary>
    public void Configure(TcpListenEndPoint endPoint, TcpTransportOptions options)
    {
        Configure(_fd, _family, endPoint, options);
        _ = Native.Listen(_fd, endPoint.Backlog);
    }

    /// <summary>Takes one client.</summary>
    /// <returns>Its descriptor, or a negated errno.</returns>
    public int Accept(out ClientAddress address)
    {
        var raw = stackalloc byte[SocketAddress.MaxLength];
        var length = SocketAddress.MaxLength;
        var fd = Native.Accept(_fd, raw, &length);
        address = fd < 0 ? default : ClientAddress.FromNative(new ReadOnlySpan<byte>(raw, length));
        return fd;
    }

    /// <summary>Whether clients are shown only when they have sent something (TCP_DEFER_ACCEPT); unix sockets have no such thing.</summary>
    public void WaitForData(bool waits)
    {
        if (_family != Native.AfUnix)
        {
            WaitForData(_fd, waits);
        }
    }

    public void Close()
    {
        Native.Close(_fd);
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    private static int Bind(int fd, byte[] address, string? path)
    {
        var result = Native.Bind(fd, address);
        return result == -Errno.AddressInUse && path is not null && AbandonedSocket.TryRemove(path, address)
            ? Native.Bind(fd, address)
            : result;
    }

    private static void Configure(int fd, int family, TcpListenEndPoint endPoint, TcpTransportOptions options)
    {
        if (family == Native.AfUnix)
        {
            return;
        }

        SocketOptions.ApplyTo(fd, options);
        _ = Native.SetOption(fd, Native.SolSocket, Native.SoReuseAddr, 1);

        // A virtual address may be on the other host just now; the listener must be there when it comes.
        _ = Native.SetOption(fd, Native.SolIp, Native.IpFreeBind, 1);
        if (family == Native.AfInet6)
        {
            var isAny = endPoint.Address is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any);
            _ = Native.SetOption(fd, Native.SolIpv6, Native.Ipv6Only, isAny ? 0 : 1);
        }

        WaitForData(fd, endPoint.WaitsForData);
    }

    private static void WaitForData(int fd, bool waits) => _ = Native.SetOption(fd, Native.IpProtoTcp, Native.TcpDeferAccept, waits ? 1 : 0);

    private static EndPoint ReadEndPoint(int fd)
    {
        var raw = stackalloc byte[SocketAddress.MaxLength];
        var length = SocketAddress.MaxLength;
        _ = Native.GetLocalAddress(fd, raw, &length);
        return SocketAddress.Decode(new ReadOnlySpan<byte>(raw, length));
    }

    private static int Check(int result, TcpListenEndPoint endPoint) => result switch
    {
        >= 0 => result,
        -Errno.AddressInUse => throw new AddressInUseException($"{endPoint}: the address is in use by another process."),
        -Errno.Access => throw new IOException(
            $"{endPoint}: not permitted. Ports below 1024 need CAP_NET_BIND_SERVICE; a unix socket needs a writable directory."),
        -Errno.AddressNotAvailable => throw new IOException($"{endPoint}: this host has no such address."),
        _ => throw new IOException($"{endPoint}: cannot listen (errno {-result})."),
    };
}
