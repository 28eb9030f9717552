namespace ApiLb.Backends;

/// <summary>How willingly a backend gets a new connection: a lower tier is used up before the next is touched.</summary>
internal enum BackendTier
{
    /// <summary>Ready or warming.</summary>
    Ready,

    /// <summary>Ready or warming, configured as backup.</summary>
    Backup,

    /// <summary>Suspect, or never checked.</summary>
    Doubtful,

    /// <summary>Alive, not ready or draining: tried when every better one failed.</summary>
    LastResort,

    /// <summary>Dead: tried only when nobody is alive.</summary>
    Dead,

    /// <summary>Never: taken out by the operator, weight zero, or without an address.</summary>
    Excluded,
}
