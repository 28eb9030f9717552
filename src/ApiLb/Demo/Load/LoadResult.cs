namespace ApiLb.Demo.Load;

/// <summary>How one attempt ended.</summary>
internal enum LoadResult
{
    Answered,

    /// <summary>A backend had begun to answer when it went away: no balancer can move such a connection.</summary>
    Cut,

    /// <summary>No backend answered: what a balancer is there to prevent.</summary>
    Failed,
}
