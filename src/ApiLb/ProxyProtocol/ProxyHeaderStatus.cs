namespace ApiLb.ProxyProtocol;

/// <summary>What the first bytes of a connection are.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>The beginning of a header: some continuation completes it.</summary>
    Incomplete,

    Complete,

    /// <summary>No header, and no continuation makes it one.</summary>
    Invalid,
}
