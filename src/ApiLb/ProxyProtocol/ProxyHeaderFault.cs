namespace ApiLb.ProxyProtocol;

/// <summary>Why a connection has no valid PROXY header. A bounded set: it is a metric label.</summary>
internal enum ProxyHeaderFault
{
    None,

    /// <summary>Begins with something else than either version's signature: the peer does not send the PROXY protocol.</summary>
    NotProxy,

    /// <summary>A version, command, address family or transport that the specification does not know.</summary>
    Unknown,

    /// <summary>An address or a port is not what its family says, or its block is too short for it.</summary>
    BadAddress,

    /// <summary>The TLVs of version 2 do not fit into their block.</summary>
    BadTlv,

    /// <summary>Longer than any header that is accepted.</summary>
    TooLong,

    /// <summary>The connection ended within the header. The reader's word; a parser cannot know.</summary>
    Cut,

    /// <summary>The header was not complete in time. The reader's word; a parser cannot know.</summary>
    Late,
}
