using System.Net;
using System.Net.Sockets;

namespace ApiLb.Configuration.Values;

/// <summary>Where ApiLb itself listens: <c>*:6443</c>, <c>10.0.0.5:6443</c>, <c>[::]:6443</c>, <c>unix:/path</c>.</summary>
internal static class BindAddress
{
    public static Parsed<EndPoint> Parse(string text)
    {
        if (text.StartsWith(UnixPath.Prefix, StringComparison.Ordinal))
        {
            return UnixPath.ParseAddress(text).TryGet(out var path, out var problem)
                ? Parsed<EndPoint>.Of(new UnixDomainSocketEndPoint(path))
                : Parsed<EndPoint>.Failed(problem);
        }

        return ParseIp(text).TryGet(out var endPoint, out var reason)
            ? Parsed<EndPoint>.Of(endPoint)
            : Parsed<EndPoint>.Failed(reason);
    }

    public static Parsed<IPEndPoint> ParseIp(string text)
    {
        var port = text.TrimStart(':');
        if (port.Length > 0 && (port.Length < text.Length || port.All(char.IsAsciiDigit)))
        {
            return Parsed<IPEndPoint>.Failed($"{Quoted.Of(text)} has no address; write \"*:{Quoted.Shorten(port)}\" to listen on all of them");
        }

        if (!HostAndPort.Parse(text).TryGet(out var parts, out var problem))
        {
            return Parsed<IPEndPoint>.Failed(problem);
        }

        if (parts.Host == HostAndPort.AnyHost)
        {
            return Parsed<IPEndPoint>.Of(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, parts.Port));
        }

        return parts.Address is { } address
            ? Parsed<IPEndPoint>.Of(new IPEndPoint(address, parts.Port))
            : Parsed<IPEndPoint>.Failed($"{Quoted.Of(text)} names a host; to listen, write an IP address of this machine, or * for all");
    }
}
