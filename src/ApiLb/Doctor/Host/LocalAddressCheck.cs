using System.Net;
using ApiLb.Configuration;

namespace ApiLb.Doctor.Host;

/// <summary>Whether this host has the addresses on which ApiLb shall listen. Pure.</summary>
internal static class LocalAddressCheck
{
    private const string Check = "vip";

    /// <param name="options">The configuration.</param>
    /// <param name="local">This host's addresses now.</param>
    public static IEnumerable<Finding> Find(ApiLbOptions options, IReadOnlySet<IPAddress> local)
    {
        foreach (var address in options.Listeners.SelectMany(l => l.Bind).OfType<IPEndPoint>().Select(e => e.Address).Where(IsSpecific).Distinct())
        {
            yield return local.Contains(address)
                ? Finding.Ok(Check, $"{address} is on this host")
                : Finding.Note(
                    Check,
                    $"{address} is not on this host now, as it is while the other load balancer has the VIP. ApiLb binds to it all the same (IP_FREEBIND): net.ipv4.ip_nonlocal_bind is not needed");
        }

        if (options.Admin.Listen?.Address is { } admin && IsSpecific(admin) && !local.Contains(admin))
        {
            yield return Finding.Error(Check, $"{admin} of admin.listen is not on this host: the daemon cannot start", "use an address that is always here, such as 127.0.0.1:8404");
        }
    }

    private static bool IsSpecific(IPAddress address) => !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
}
