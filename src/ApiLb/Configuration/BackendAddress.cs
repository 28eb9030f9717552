using System.Net;
using System.Net.Sockets;

namespace ApiLb.Configuration;

/// <summary>
/// Where a backend listens: an IP address and port, a host name and port, or <c>unix:/path</c>.
/// </summary>
/// <param name="Host">IP literal without brackets, host name, or the path of a unix socket.</param>
/// <param name="Port">1 to 65535; 0 for a unix socket.</param>
internal sealed record BackendAddress(string Host, int Port)
{
    public bool IsUnix => Port == 0;

    /// <summary>The end point when no name lookup is needed, else null.</summary>
    public EndPoint? TryGetEndPoint() =>
        IsUnix ? new UnixDomainSocketEndPoint(Host)
        : IPAddress.TryParse(Host, out var ip) ? new IPEndPoint(ip, Port)
        : null;

    public override string ToString() =>
        IsUnix ? $"unix:{Host}" : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
