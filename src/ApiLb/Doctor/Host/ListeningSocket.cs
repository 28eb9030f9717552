using System.Globalization;
using System.Net;

namespace ApiLb.Doctor.Host;

/// <summary>A socket on which somebody waits for TCP connections, as <c>/proc/net/tcp</c> and <c>tcp6</c> list it (proc_net_tcp(5)).</summary>
/// <param name="Address">Where.</param>
/// <param name="Inode">By which its holder is found.</param>
internal sealed record ListeningSocket(IPEndPoint Address, long Inode)
{
    private const string Listening = "0A";

    /// <summary>Whether a listener cannot have this address while the socket is there. A dual-stack wildcard takes both families.</summary>
    public bool Conflicts(IPEndPoint bind) =>
        bind.Port == Address.Port && (IsWildcard(bind.Address) || IsWildcard(Address.Address) || bind.Address.Equals(Address.Address));

    /// <param name="table">The whole file; lines that cannot be understood are left out.</param>
    public static IEnumerable<ListeningSocket> Parse(string table)
    {
        foreach (var line in table.Split('\n'))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 9 && fields[3] == Listening && AddressOf(fields[1]) is { } address
                && long.TryParse(fields[9], CultureInfo.InvariantCulture, out var inode))
            {
                yield return new ListeningSocket(address, inode);
            }
        }
    }

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    // Each 32 bits of the address in the byte order of the host, the port as a number.
    private static IPEndPoint? AddressOf(string text)
    {
        var parts = text.Split(':');
        if (parts.Length != 2 || parts[0].Length is not (8 or 32) || !ushort.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        var bytes = new byte[parts[0].Length / 2];
        for (var i = 0; i < bytes.Length; i += sizeof(uint))
        {
            if (!uint.TryParse(parts[0].AsSpan(2 * i, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var word))
            {
                return null;
            }

            BitConverter.TryWriteBytes(bytes.AsSpan(i), word);
        }

        var address = new IPAddress(bytes);
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
    }
}
