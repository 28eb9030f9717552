using System.Net;

namespace ApiLb.Configuration.Values;

/// <summary>A host as a request asks for it: <c>a.example.com</c>, <c>*.example.com</c> for every name below, or an IP address.</summary>
internal static class HostPattern
{
    public static Parsed<string> Parse(string text) =>
        IPAddress.TryParse(text, out var address) && !text.Contains('[', StringComparison.Ordinal)
            ? Parsed<string>.Of(address.ToString())
            : ServerNamePattern.Parse(text);
}
