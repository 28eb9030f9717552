using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>Whose address a client's connection to a backend comes from (<c>connect.source</c>).</summary>
internal static class SourceAddress
{
    /// <returns>The client's, or default for this host's.</returns>
    public static ClientAddress For(ClientConnection client, BackendPool pool) =>
        pool.Options.Connect.Source == ConnectSource.Client && CanBeReachedThroughThisHost(client, pool) ? client.Address : default;

    /// <summary>Refuses a configuration that would fail every client.</summary>
    /// <exception cref="IOException">A pool needs what this process may not do; the message names it and says what to do.</exception>
    public static void RequirePermission(IReadOnlyList<PoolOptions> pools)
    {
        if (pools.FirstOrDefault(p => p.Connect.Source == ConnectSource.Client) is { } pool && !TransparentSource.IsPermitted())
        {
            throw new IOException(
                $"pools.{pool.Name}.connect.source: not permitted: connecting from a client's address needs CAP_NET_ADMIN. Run "
                + "`systemctl edit apilb` and add PrivateUsers=no, AmbientCapabilities=CAP_NET_ADMIN and "
                + "CapabilityBoundingSet=CAP_NET_ADMIN below [Service] (docs/transparent-source.md), or remove the setting.");
        }
    }

    /// <summary>
    /// A backend that is its own client would answer itself, and another backend would answer it directly: neither answer comes
    /// back here. A client on this host has the address that it connects to, which may be good for this host only (loopback),
    /// and an IPv6 address with a scope is good for one of its interfaces only.
    /// </summary>
    private static bool CanBeReachedThroughThisHost(ClientConnection client, BackendPool pool)
    {
        var address = client.Address;
        if (address.IsUnix || address.IsLoopback || address.Scope != 0 || address.IsSameHost(client.Destination))
        {
            return false;
        }

        foreach (var backend in pool.Snapshot.Backends)
        {
            if (backend.Target is { } target && target.IsAt(address))
            {
                return false;
            }
        }

        return true;
    }
}
