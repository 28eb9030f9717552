namespace ApiLb.BehaviourTests.Balancers;

/// <summary>Why a balancer has ended a connection, in no balancer's words.</summary>
internal enum CloseCause
{
    /// <summary>One side had finished, and the other said nothing for too long.</summary>
    HalfClosed,

    /// <summary>Neither side said anything for too long.</summary>
    Idle,

    /// <summary>No backend took it.</summary>
    NoBackend,

    /// <summary>There were as many as there may be.</summary>
    Limit,
}
