namespace ApiLb.Backends;

/// <summary>What came of one look at a source of members; the words of a metric.</summary>
internal enum DiscoveryResult
{
    /// <summary>The members of the pool changed.</summary>
    Applied,

    /// <summary>They are what they were.</summary>
    Unchanged,

    /// <summary>The source has no members at all, and this was not yet believed.</summary>
    RefusedEmpty,

    /// <summary>More than half of the members are gone, and this was not yet believed.</summary>
    RefusedShrink,

    /// <summary>The settings or a file that they name cannot be used.</summary>
    FailedConfiguration,

    /// <summary>Nobody took the connection, or it was cut.</summary>
    FailedUnreachable,

    /// <summary>TLS failed, or the certificate is not one of the cluster.</summary>
    FailedUntrusted,

    /// <summary>401.</summary>
    FailedUnauthorized,

    /// <summary>403.</summary>
    FailedForbidden,

    /// <summary>Another status, or nothing of what was asked for exists.</summary>
    FailedStatus,

    /// <summary>The answer makes no sense or is too large.</summary>
    FailedMalformed,

    /// <summary>No answer in time.</summary>
    FailedTimeout,

    /// <summary>The name has no address.</summary>
    FailedUnresolved,
}
