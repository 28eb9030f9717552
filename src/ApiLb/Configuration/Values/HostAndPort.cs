using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.Configuration.Values;

/// <summary>The text <c>host:port</c>, taken apart.</summary>
/// <param name="Host">An IP address without brackets, a host name, or <c>*</c>.</param>
/// <param name="Address">The same as an IP address; null for a host name and for <c>*</c>.</param>
/// <param name="Port">1 to 65535.</param>
internal sealed record HostAndPort(string Host, IPAddress? Address, int Port)
{
    public const string AnyHost = "*";

    private const int MaximumNameLength = 253;
    private const int MaximumLabelLength = 63;

    public static Parsed<HostAndPort> Parse(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return Failed(text, "is a URL; write HOST:PORT without scheme and path");
        }

        if (text.StartsWith('['))
        {
            return ParseBracketed(text);
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            return text.Length > 0 && text.All(char.IsAsciiDigit)
                ? Failed(text, "has no host; write HOST:PORT")
                : Failed(text, "has no port; write HOST:PORT");
        }

        return text.IndexOf(':', StringComparison.Ordinal) == colon
            ? ParsePlain(text, host: text[..colon], port: text[(colon + 1)..])
            : Failed(text, "has more than one colon; write an IPv6 address in brackets, such as [2001:db8::1]:6443");
    }

    /// <summary>Whether the text is a host name or an IP address (IPv6 without brackets), without a port.</summary>
    /// <remarks>IPAddress takes brackets, and leaves out a port behind them.</remarks>
    public static bool IsHost(string text) =>
        !text.StartsWith('[')
        && (LooksLikeIPv4(text) || text.Contains(':', StringComparison.Ordinal)
            ? IPAddress.TryParse(text, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
            : IsHostName(text));

    private static Parsed<HostAndPort> ParseBracketed(string text)
    {
        var end = text.IndexOf("]:", StringComparison.Ordinal);
        if (end < 0)
        {
            return Failed(text, "has no port; write [IPv6 address]:PORT");
        }

        var host = text[1..end];
        var isAddress = !host.Contains('[', StringComparison.Ordinal)
            && IPAddress.TryParse(host, out var address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
        return isAddress
            ? WithPort(text, host, IPAddress.Parse(host), text[(end + 2)..])
            : Failed(text, "has no IPv6 address in its brackets");
    }

    private static Parsed<HostAndPort> ParsePlain(string text, string host, string port)
    {
        if (host.Length == 0)
        {
            return Failed(text, "has no host; write HOST:PORT");
        }

        if (host == AnyHost)
        {
            return WithPort(text, host, address: null, port);
        }

        if (LooksLikeIPv4(host))
        {
            // Also refuses what IPAddress reads generously: 10.1, 010.0.0.1 (octal), 0x0a000001.
            return IPAddress.TryParse(host, out var address) && address.ToString() == host
                ? WithPort(text, host, address, port)
                : Failed(text, $"is a bad address: {Quoted.Shorten(host)} is not an IPv4 address (four numbers from 0 to 255)");
        }

        return IsHostName(host)
            ? WithPort(text, host, address: null, port)
            : Failed(text, $"is a bad address: {Quoted.Shorten(host)} is neither an IP address nor a host name");
    }

    private static Parsed<HostAndPort> WithPort(string text, string host, IPAddress? address, string port)
    {
        if (port.Length == 0 || !port.All(char.IsAsciiDigit))
        {
            return Failed(text, $"has a bad port: {Quoted.Of(port)} is not a number");
        }

        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535
            ? Parsed<HostAndPort>.Of(new HostAndPort(host, address, number))
            : Failed(text, $"has a port out of range: {Quoted.Shorten(port)}; allowed: 1 to 65535");
    }

    // A name whose last label is a number is an IPv4 address or nothing: https://url.spec.whatwg.org/#ends-in-a-number-checker
    private static bool LooksLikeIPv4(string host)
    {
        var last = host[(host.LastIndexOf('.') + 1)..];
        return (last.Length > 0 && last.All(char.IsAsciiDigit)) || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsHostName(string host)
    {
        var labels = (host.EndsWith('.') ? host[..^1] : host).Split('.');
        return host.Length <= MaximumNameLength && labels.All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaximumLabelLength
        && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
        && label[0] != '-' && label[^1] != '-';

    private static Parsed<HostAndPort> Failed(string text, string problem) =>
        Parsed<HostAndPort>.Failed($"{Quoted.Of(text)} {problem}");
}
