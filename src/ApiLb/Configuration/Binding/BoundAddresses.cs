using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.Configuration.Binding;

/// <summary>The addresses that the file already listens on, and by which key; the kernel lets each be taken once.</summary>
internal sealed class BoundAddresses
{
    private readonly Dictionary<EndPoint, string> _owners = [];
    private readonly Dictionary<(int Port, AddressFamily Family), string> _firstOwners = [];

    /// <summary>False when an earlier entry has the address, one that covers it, or one that it covers.</summary>
    public bool TryAdd(EndPoint endPoint, string owner, [NotNullWhen(false)] out string? earlierOwner)
    {
        earlierOwner = _owners.GetValueOrDefault(endPoint) ?? (endPoint is IPEndPoint ip ? OwnerOfOverlap(ip) : null);
        _owners.TryAdd(endPoint, owner);
        if (endPoint is IPEndPoint added)
        {
            _firstOwners.TryAdd((added.Port, added.AddressFamily), owner);
        }

        return earlierOwner is null;
    }

    /// <summary>Whether a connection to <paramref name="target"/> would reach a listener on <paramref name="bound"/> of this host.</summary>
    public static bool Reaches(EndPoint target, EndPoint bound) =>
        target.Equals(bound)
        || (target is IPEndPoint ip && bound is IPEndPoint listener && ip.Port == listener.Port
            && IPAddress.IsLoopback(ip.Address) && Covers(listener.Address, ip.AddressFamily));

    private string? OwnerOfOverlap(IPEndPoint endPoint)
    {
        foreach (var wildcard in (IPAddress[])[IPAddress.IPv6Any, IPAddress.Any])
        {
            if (Covers(wildcard, endPoint.AddressFamily) && _owners.TryGetValue(new IPEndPoint(wildcard, endPoint.Port), out var owner))
            {
                return owner;
            }
        }

        foreach (var family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            if (Covers(endPoint.Address, family) && _firstOwners.TryGetValue((endPoint.Port, family), out var owner))
            {
                return owner;
            }
        }

        return null;
    }

    // A listener on [::] takes IPv4 clients too.
    private static bool Covers(IPAddress wildcard, AddressFamily family) =>
        IPAddress.IPv6Any.Equals(wildcard) || (IPAddress.Any.Equals(wildcard) && family == AddressFamily.InterNetwork);
}
