namespace ApiLb.Health;

/// <summary>What the evidence says about a backend. The operator's word is a second axis, see <see cref="OperatorMode"/>.</summary>
internal enum HealthStatus
{
    /// <summary>No check has ended yet.</summary>
    Unknown,

    /// <summary>Takes new connections.</summary>
    Ready,

    /// <summary>Was dead and takes a growing share of new connections.</summary>
    Warming,

    /// <summary>A client's connection failed there; picked last until a check has spoken.</summary>
    Suspect,

    /// <summary>Shutting down in order: no new connections, the old ones live on.</summary>
    Draining,

    /// <summary>Alive but not ready: new connections only when nobody is ready.</summary>
    NotReady,

    /// <summary>Does not answer: new connections only when nobody is alive.</summary>
    Dead,
}
