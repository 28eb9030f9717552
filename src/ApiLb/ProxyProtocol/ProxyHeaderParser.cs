namespace ApiLb.ProxyProtocol;

/// <summary>
/// Reads the header with which a proxy says whom it speaks for, in both versions of HAProxy's PROXY protocol specification
/// (doc/proxy-protocol.txt). Bounded, and strict about what the specification forbids: whoever may name any client must at
/// least be exact. Never reads beyond its input; the answer does not depend on how the input was cut into segments.
/// </summary>
internal static class ProxyHeaderParser
{
    /// <summary>The longest header that is accepted: version 2 with its TLVs. Version 1 ends at 107 bytes by itself.</summary>
    public const int MaxLength = 4096;

    /// <param name="input">What the connection has brought so far, from its first byte.</param>
    /// <param name="header">Set when the header is complete.</param>
    /// <param name="fault">Set when it is invalid.</param>
    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> input, out ProxyHeader header, out ProxyHeaderFault fault)
    {
        header = default;
        fault = ProxyHeaderFault.None;
        if (input.IsEmpty)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        return input[0] == BinaryProxyHeader.Signature[0]
            ? BinaryProxyHeader.Parse(input, out header, out fault)
            : TextProxyHeader.Parse(input, out header, out fault);
    }
}
