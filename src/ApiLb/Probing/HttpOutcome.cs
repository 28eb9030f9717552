namespace ApiLb.Probing;

/// <summary>How one request ended.</summary>
internal enum HttpOutcome
{
    /// <summary>An answer came, whatever it says.</summary>
    Answered,

    /// <summary>A connection that had served before was gone: the server may close an idle one at any time.</summary>
    Gone,

    /// <summary>The other host does not acknowledge the request.</summary>
    Unacknowledged,

    /// <summary>No usable answer came; the verdict says why.</summary>
    Failed,
}
