using System.Net;
using System.Net.Sockets;

namespace ApiLb.Discovery;

/// <summary>Takes out of a source's answer what no member may be. Pure.</summary>
internal static class MemberFilter
{
    /// <summary>More apiservers than anybody has; a longer list is a mistake of somebody.</summary>
    public const int MostMembers = 256;

    /// <param name="found">As the source told it.</param>
    /// <param name="isOwn">Whether an address is one of the balancer's own listeners: clients would go in a circle.</param>
    /// <param name="refused">What was taken out, each with its reason.</param>
    /// <returns>Each address once, in the order of the source; IPv4 in its own form.</returns>
    public static IReadOnlyList<Member> Filter(IReadOnlyList<Member> found, Predicate<IPEndPoint> isOwn, out IReadOnlyList<RefusedMember> refused)
    {
        var members = new Dictionary<IPEndPoint, Member>();
        var problems = new List<RefusedMember>();
        foreach (var member in found.Select(InOneForm).DistinctBy(m => m.Address))
        {
            var problem = members.Count == MostMembers ? $"there are {MostMembers} members already"
                : isOwn(member.Address) ? "this balancer listens there itself"
                : FindProblem(member.Address.Address);
            if (problem is null)
            {
                members.Add(member.Address, member);
            }
            else if (problems.Count < MostMembers)
            {
                problems.Add(new RefusedMember(member, problem));
            }
        }

        refused = problems;
        return [.. members.Values];
    }

    private static Member InOneForm(Member member) =>
        member.Address.Address.IsIPv4MappedToIPv6
            ? member with { Address = new IPEndPoint(member.Address.Address.MapToIPv4(), member.Address.Port) }
            : member;

    private static string? FindProblem(IPAddress ip)
    {
        if (IPAddress.IsLoopback(ip))
        {
            return "a loopback address is this host, not a server";
        }

        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return IPAddress.IPv6Any.Equals(ip) ? "it is no address to connect to"
                : ip.IsIPv6Multicast ? "it is a multicast address"
                : ip.IsIPv6LinkLocal ? "it is a link-local address"
                : null;
        }

        Span<byte> bytes = stackalloc byte[4];
        ip.TryWriteBytes(bytes, out _);
        return bytes[0] switch
        {
            0 => "it is no address to connect to",
            >= 224 and < 240 => "it is a multicast address",
            >= 240 => "it is a reserved or broadcast address",
            169 when bytes[1] == 254 => "it is a link-local address",
            _ => null,
        };
    }
}
