namespace ApiLb.Configuration;

/// <summary>What becomes of a client of a <c>tls</c> listener that sends something else than a ClientHello.</summary>
internal enum BadHelloAction
{
    /// <summary>It is reset, and no backend is touched.</summary>
    Reject,

    /// <summary>The default pool serves it, as with protocol <c>tcp</c>.</summary>
    Forward,
}
