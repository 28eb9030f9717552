namespace ApiLb.Configuration;

/// <summary>What a listener speaks with its clients.</summary>
internal enum ListenerProtocol
{
    /// <summary>TLS passed through unopened; the ClientHello is seen before a backend is picked.</summary>
    Tls,

    /// <summary>Any TCP protocol, also those in which the server speaks first.</summary>
    Tcp,

    /// <summary>HTTP/1.1: each request finds its own backend.</summary>
    Http,

    /// <summary>The same over TLS that ends here; HTTP/2 too.</summary>
    Https,
}
