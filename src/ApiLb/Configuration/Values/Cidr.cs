using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.Configuration.Values;

/// <summary>A network as the file writes it: <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>; one address alone is a network of itself.</summary>
internal static class Cidr
{
    private const string Examples = "write 10.0.0.0/8, 10.0.0.5 or 2001:db8::/32";
    private const int MappedBits = 96;

    public static Parsed<IPNetwork> Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!TryParseAddress(host, out var address))
        {
            return Failed(text, host.StartsWith('[') ? $"has brackets, which belong to an address with a port; {Examples}" : $"is not an IP address or network; {Examples}");
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (slash < 0)
        {
            return Of(text, address, bits);
        }

        var prefix = text[(slash + 1)..];
        var isLength = prefix.Length is > 0 and <= 3 && prefix.All(char.IsAsciiDigit);
        var length = isLength ? int.Parse(prefix, NumberStyles.None, CultureInfo.InvariantCulture) : -1;
        return length >= 0 && length <= bits
            ? Of(text, address, length)
            : Failed(text, $"has a bad prefix length: {Quoted.Of(prefix)}; allowed: 0 to {bits}");
    }

    private static Parsed<IPNetwork> Of(string text, IPAddress address, int length)
    {
        var network = NetworkOf(address, length);
        if (address.IsIPv4MappedToIPv6)
        {
            // Clients of a dual-stack socket are IPv4 clients, and matched as such.
            return Failed(text, length >= MappedBits
                ? $"is IPv4 written as IPv6; write {NetworkOf(address.MapToIPv4(), length - MappedBits)}"
                : $"is IPv4 written as IPv6; {Examples}");
        }

        return network.BaseAddress.Equals(address)
            ? Parsed<IPNetwork>.Of(network)
            : Failed(text, $"has bits set behind its prefix of {length}; write {network} for the network, or {address} for the address alone");
    }

    private static IPNetwork NetworkOf(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    // Not what IPAddress reads generously: 10.1, 010.0.0.1 (octal), fe80::1%eth0.
    private static bool TryParseAddress(string text, out IPAddress address) =>
        IPAddress.TryParse(text, out address!)
        && (address.AddressFamily == AddressFamily.InterNetworkV6
            ? !text.Contains('[', StringComparison.Ordinal) && !text.Contains('%', StringComparison.Ordinal)
            : address.ToString() == text);

    private static Parsed<IPNetwork> Failed(string text, string problem) => Parsed<IPNetwork>.Failed($"{Quoted.Of(text)} {problem}");
}
