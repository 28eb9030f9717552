using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ApiLb.Admin;

/// <summary>Who is at the other end of a unix socket, by the kernel's word (unix(7)): nobody can claim to be somebody else. Immutable.</summary>
/// <param name="Uid">The effective user at the time of connect(2).</param>
/// <param name="Gid">The effective group.</param>
/// <param name="Groups">The supplementary groups; empty where the kernel does not tell (before Linux 4.13).</param>
internal sealed record PeerCredentials(uint Uid, uint Gid, IReadOnlyList<uint> Groups)
{
    // asm-generic/socket.h. struct ucred is pid, uid, gid, four bytes each.
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int SoPeerGroups = 59;
    private const int UcredLength = 12;

    /// <summary>NGROUPS_MAX (limits.h).</summary>
    private const int MostGroups = 65_536;

    /// <returns>Null when the kernel does not tell.</returns>
    public static PeerCredentials? Of(Socket socket)
    {
        Span<byte> ucred = stackalloc byte[UcredLength];
        try
        {
            return socket.GetRawSocketOption(SolSocket, SoPeerCred, ucred) == UcredLength
                ? new PeerCredentials(BitConverter.ToUInt32(ucred[4..]), BitConverter.ToUInt32(ucred[8..]), GroupsOf(socket))
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public bool IsMemberOf(uint group) => Gid == group || Groups.Contains(group);

    public override string ToString() => $"uid {Uid}";

    private static uint[] GroupsOf(Socket socket)
    {
        var groups = new uint[64];
        while (true)
        {
            try
            {
                var length = socket.GetRawSocketOption(SolSocket, SoPeerGroups, MemoryMarshal.AsBytes(groups.AsSpan()));
                return groups[..(length / sizeof(uint))];
            }
            catch (SocketException) when (groups.Length < MostGroups)
            {
                // ERANGE: there are more.
                groups = new uint[MostGroups];
            }
            catch (SocketException)
            {
                return [];
            }
        }
    }
}
