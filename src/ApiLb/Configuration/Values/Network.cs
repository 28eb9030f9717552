using System.Net;

namespace ApiLb.Configuration.Values;

/// <summary>A network as <c>10.0.0.0/24</c> or <c>2001:db8::/64</c>, or one address.</summary>
internal static class Network
{
    public static Parsed<IPNetwork> Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var written = slash < 0 ? text : text[..slash];

        // Also refuses what IPAddress reads generously: 10.1, 010.0.0.1 (octal), and an interface behind %.
        if (!IPAddress.TryParse(written, out var address) || (!written.Contains(':') && address.ToString() != written) || written.Contains('%'))
        {
            return Parsed<IPNetwork>.Failed($"{Quoted.Of(text)} is not a network; write an address such as 10.0.0.5, or a network such as 10.0.0.0/24");
        }

        var whole = address.GetAddressBytes().Length * 8;
        if (slash < 0)
        {
            return Parsed<IPNetwork>.Of(new IPNetwork(address, whole));
        }

        if (!WholeNumber.Between(0, whole)(text[(slash + 1)..]).TryGet(out var bits, out var problem))
        {
            return Parsed<IPNetwork>.Failed($"{Quoted.Of(text)} has a bad prefix length: {problem}");
        }

        var network = Masked(address, bits);
        return network.Equals(address)
            ? Parsed<IPNetwork>.Of(new IPNetwork(network, bits))
            : Parsed<IPNetwork>.Failed($"{Quoted.Of(text)} has bits behind its prefix; write {network}/{bits} for the network, or {written} for the address");
    }

    private static IPAddress Masked(IPAddress address, int bits)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(bits - (8 * i), 0, 8));
        }

        return new IPAddress(bytes);
    }
}
