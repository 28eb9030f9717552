namespace ApiLb.Configuration;

/// <summary>What a listener speaks with its clients.</summary>
internal enum ListenerProtocol
{
    /// <summary>TLS passed through unopened; the ClientHello is seen before a backend is picked.</summary>
    Tls,

    /// <summary>Any TCP protocol, also those in which the server speaks first.</summary>
    Tcp,
}
