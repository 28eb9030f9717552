namespace ApiLb.Health;

/// <summary>What one check or one client's connection says about a backend, already translated from its protocol.</summary>
internal enum HealthEvidence
{
    /// <summary>A check passed.</summary>
    Ready,

    /// <summary>It answers, and says that it is shutting down.</summary>
    ShuttingDown,

    /// <summary>It answers, and is not ready.</summary>
    NotReady,

    /// <summary>Its host answers and nothing usable listens: refused, reset, wrong certificate, not the protocol.</summary>
    Unreachable,

    /// <summary>Its host does not answer at all.</summary>
    HostSilent,

    /// <summary>Its host does not answer, and no other does either: it may be our own network. Never a reason to end what is established.</summary>
    AllSilent,

    /// <summary>Its host answers and the process does not.</summary>
    ProcessSilent,

    /// <summary>The process leaves checks without an answer, but its established connections still get bytes: overloaded.</summary>
    ProcessBusy,

    /// <summary>A client's connection was refused, reset or left without an answer. Only raises suspicion.</summary>
    ConnectionFailed,
}
