namespace ApiLb.Configuration.Values;

/// <summary>A name for SNI and certificates: a host name or an IP address, without port.</summary>
internal static class ServerName
{
    public static Parsed<string> Parse(string text) =>
        HostAndPort.IsHost(text)
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is neither a host name nor an IP address; write it without port");
}
