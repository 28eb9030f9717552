namespace ApiLb.Backends;

/// <summary>What kind of client a connection has, by the protocols it offered (ALPN). A bounded set: it is a metric label.</summary>
internal enum ConnectionClass : byte
{
    /// <summary>It offered nothing, or nothing that ApiLb knows; all clients of tcp listeners.</summary>
    Other,

    /// <summary>http/1.1 and not h2: exec, port-forward, attach.</summary>
    Http1,

    /// <summary>h2: kubelets, controllers, kubectl.</summary>
    H2,

    /// <summary>A request of an http or https listener: what a backend of such a listener has instead of connections.</summary>
    Request,
}
