using ApiLb.Configuration;
using ApiLb.ProxyProtocol;

namespace ApiLb.Probing;

/// <summary>What a check says to a backend that requires a PROXY header: that it speaks for nobody but itself.</summary>
internal static class ProbeProxyHeader
{
    public static byte[] Of(ProxyProtocolVersion version)
    {
        Span<byte> buffer = stackalloc byte[ProxyHeaderWriter.MaxLength];
        var length = version switch
        {
            ProxyProtocolVersion.V1 => ProxyHeaderWriter.WriteText(buffer, null, null),
            ProxyProtocolVersion.V2 => ProxyHeaderWriter.WriteBinary(buffer, null, null),
            _ => 0,
        };
        return buffer[..length].ToArray();
    }
}
