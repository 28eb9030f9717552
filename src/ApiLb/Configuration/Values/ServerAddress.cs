using System.Net;

namespace ApiLb.Configuration.Values;

/// <summary>Where a backend listens: <c>10.0.0.11:6443</c>, <c>cp3.example.com:6443</c>, <c>[2001:db8::1]:6443</c>, <c>unix:/path</c>.</summary>
internal static class ServerAddress
{
    public static Parsed<BackendAddress> Parse(string text)
    {
        if (text.StartsWith(UnixPath.Prefix, StringComparison.Ordinal))
        {
            return UnixPath.ParseAddress(text).TryGet(out var path, out var pathProblem)
                ? Parsed<BackendAddress>.Of(new BackendAddress(path, 0))
                : Parsed<BackendAddress>.Failed(pathProblem);
        }

        if (!HostAndPort.Parse(text).TryGet(out var parts, out var problem))
        {
            return Parsed<BackendAddress>.Failed(problem);
        }

        var isWildcard = parts.Host == HostAndPort.AnyHost || IPAddress.Any.Equals(parts.Address) || IPAddress.IPv6Any.Equals(parts.Address);
        return isWildcard
            ? Parsed<BackendAddress>.Failed($"{Quoted.Of(text)} is no address to connect to; write the address of one server")
            : Parsed<BackendAddress>.Of(new BackendAddress(parts.Host, parts.Port));
    }
}
