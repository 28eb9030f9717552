namespace ApiLb.Configuration;

/// <summary>Whose address the connections to a backend come from.</summary>
internal enum ConnectSource
{
    /// <summary>This host's, as its routes choose.</summary>
    Host,

    /// <summary>The client's: the backend sees it as if nobody were between.</summary>
    Client,
}
