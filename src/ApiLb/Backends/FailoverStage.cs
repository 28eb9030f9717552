namespace ApiLb.Backends;

/// <summary>How far an attempt had come when its backend failed the client. A bounded set: it is a metric label.</summary>
internal enum FailoverStage : byte
{
    /// <summary>The TCP handshake never ended.</summary>
    Connect,

    /// <summary>Connected, and then reset or silent before its first byte.</summary>
    FirstByte,
}
