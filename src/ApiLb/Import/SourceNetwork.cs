using System.Globalization;
using System.Net;
using ApiLb.Configuration.Values;

namespace ApiLb.Import;

/// <summary>A network as other balancers write it: dotted masks are allowed, and bits behind the mask are ignored.</summary>
internal static class SourceNetwork
{
    /// <summary>Null when the text is none that ApiLb could use.</summary>
    public static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address) || (!char.IsAsciiHexDigit(text[0]) && text[0] != ':'))
        {
            return null;
        }

        var bits = 8 * address.GetAddressBytes().Length;
        if (slash >= 0 && !TryParsePrefix(text[(slash + 1)..], ref bits))
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] &= (byte)(0xFF << (8 - Math.Clamp(bits - (8 * i), 0, 8)));
        }

        var network = new IPNetwork(new IPAddress(bytes), bits);
        return Cidr.Parse(network.ToString()).TryGet(out _, out _) ? network : null;
    }

    private static bool TryParsePrefix(string text, ref int bits)
    {
        var most = bits;
        if (text.Contains('.', StringComparison.Ordinal) && most == 32 && IPAddress.TryParse(text, out var mask))
        {
            var ones = mask.GetAddressBytes().Aggregate(0u, (all, part) => (all << 8) | part);
            bits = int.CreateTruncating(uint.LeadingZeroCount(~ones));
            return bits == uint.PopCount(ones);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out bits) && bits <= most;
    }
}
