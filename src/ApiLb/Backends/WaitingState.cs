namespace ApiLb.Backends;

/// <summary>What somebody in a <see cref="WaitingLine"/> does.</summary>
internal enum WaitingState
{
    /// <summary>Nothing until it is called.</summary>
    Waiting,

    /// <summary>Its turn has come: it looks for a free place.</summary>
    Looking,

    /// <summary>As <see cref="Looking"/>, but a place may have become free where it has already looked.</summary>
    MustLookAgain,
}
