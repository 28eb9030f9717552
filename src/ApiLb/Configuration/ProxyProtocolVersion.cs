namespace ApiLb.Configuration;

/// <summary>Which PROXY header a pool's backends are sent.</summary>
internal enum ProxyProtocolVersion
{
    None,

    /// <summary>A line of text.</summary>
    V1,

    /// <summary>Binary.</summary>
    V2,
}
