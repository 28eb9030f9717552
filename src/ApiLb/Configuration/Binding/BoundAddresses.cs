using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.Configuration.Binding;

/// <summary>The addresses that the file already listens on, and by which key; the kernel lets each be taken once.</summary>
internal sealed class BoundAddresses
{
    private readonly List<(EndPoint EndPoint, string Owner)> _taken = [];

    /// <summary>False when an earlier entry has the address, or one that covers it.</summary>
    public bool TryAdd(EndPoint endPoint, string owner, [NotNullWhen(false)] out string? earlierOwner)
    {
        earlierOwner = _taken.Find(entry => Overlap(entry.EndPoint, endPoint)).Owner;
        _taken.Add((endPoint, owner));
        return earlierOwner is null;
    }

    /// <summary>Whether a connection to <paramref name="target"/> would reach a listener on <paramref name="bound"/> of this host.</summary>
    public static bool Reaches(EndPoint target, EndPoint bound) =>
        target.Equals(bound)
        || (target is IPEndPoint ip && IPAddress.IsLoopback(ip.Address) && bound is IPEndPoint listener && Overlap(ip, listener));

    private static bool Overlap(EndPoint a, EndPoint b) =>
        a.Equals(b)
        || (a is IPEndPoint one && b is IPEndPoint other && one.Port == other.Port && (Covers(one.Address, other.Address) || Covers(other.Address, one.Address)));

    // A listener on [::] takes IPv4 clients too.
    private static bool Covers(IPAddress wildcard, IPAddress address) =>
        IPAddress.IPv6Any.Equals(wildcard)
        || (IPAddress.Any.Equals(wildcard) && address.AddressFamily == AddressFamily.InterNetwork);
}
