using System.Globalization;
using System.Net;
using ApiLb.Configuration.Values;

namespace ApiLb.Import.HaProxy;

/// <summary>An address of HAProxy, taken apart (its manual, sections 4.2 <c>bind</c> and 11).</summary>
/// <param name="Host">IPv6 without brackets; empty or <c>*</c>: all addresses; the path of a unix socket.</param>
/// <param name="FirstPort">0: none is given, or a unix socket.</param>
/// <param name="LastPort">The same unless a range is given.</param>
/// <param name="IsUnix">A unix socket.</param>
internal sealed record HaProxyAddress(string Host, int FirstPort, int LastPort, bool IsUnix)
{
    private static readonly string[] TcpPrefixes = ["ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@"];

    public bool IsEveryAddress => !IsUnix && Host is "" or "*" or "0.0.0.0" or "::";

    /// <summary>The host as ApiLb writes it.</summary>
    public string BracketedHost => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    public static Parsed<HaProxyAddress> Parse(string text)
    {
        if (text.StartsWith('/') || text.StartsWith("unix@", StringComparison.Ordinal))
        {
            return Parsed<HaProxyAddress>.Of(new HaProxyAddress(text[(text.StartsWith('/') ? 0 : "unix@".Length)..], 0, 0, IsUnix: true));
        }

        var rest = TcpPrefixes.FirstOrDefault(p => text.StartsWith(p, StringComparison.Ordinal)) is { } prefix ? text[prefix.Length..] : text;
        if (rest.Contains('@', StringComparison.Ordinal))
        {
            return Parsed<HaProxyAddress>.Failed("ApiLb has TCP addresses and unix sockets with a path only");
        }

        // HAProxy takes what follows the last colon for the port, also of an IPv6 address without brackets.
        var colon = rest.LastIndexOf(':');
        var isBracketed = rest.StartsWith('[') && rest.EndsWith(']');
        var host = (colon < 0 || isBracketed ? rest : rest[..colon]).Trim('[', ']');
        var ports = colon < 0 || isBracketed ? "" : rest[(colon + 1)..];
        return TryParsePorts(ports, out var first, out var last)
            ? Parsed<HaProxyAddress>.Of(new HaProxyAddress(Canonical(host), first, last, IsUnix: false))
            : Parsed<HaProxyAddress>.Failed($"{Quoted.Of(ports)} is no port that ApiLb could use");
    }

    private static bool TryParsePorts(string text, out int first, out int last)
    {
        (first, last) = (0, 0);
        if (text.Length == 0)
        {
            return true;
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return TryParsePort(dash < 0 ? text : text[..dash], out first) && TryParsePort(text[(dash + 1)..], out last) && first <= last;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535;

    private static string Canonical(string host) =>
        host.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(host, out var address) ? address.ToString() : host;
}
