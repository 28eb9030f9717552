namespace ApiLb.Backends;

/// <summary>Why a client's connection ended: exactly one for each. A bounded set: it is a metric label.</summary>
internal enum CloseReason : byte
{
    /// <summary>Both sides finished, the client first.</summary>
    ClientEof,

    /// <summary>Both sides finished, the backend first.</summary>
    ServerEof,

    ClientReset,
    ServerReset,

    /// <summary>Every backend refused, was unreachable, or reset before its first byte.</summary>
    Refused,

    /// <summary>No backend's handshake ended in time.</summary>
    ConnectTimeout,

    /// <summary>No backend sent a first byte in time.</summary>
    FirstByteTimeout,

    /// <summary>The pool had nobody to try.</summary>
    NoBackend,

    /// <summary>A client of a tls listener did not send a ClientHello, or not in time.</summary>
    BadHello,

    /// <summary>A client asked for a server name that no route serves, and the listener has no default pool.</summary>
    NoRoute,

    /// <summary>A client of a listener behind a proxy did not send a valid PROXY header, or not in time.</summary>
    BadProxy,

    /// <summary>The access list keeps this client out.</summary>
    Denied,

    /// <summary>The daemon has as many connections as it may have.</summary>
    LimitGlobal,

    /// <summary>The listener has as many connections as it may have.</summary>
    LimitListener,

    /// <summary>The client's address has as many connections as it may have.</summary>
    LimitSource,

    /// <summary>The listener was offered connections faster than it may accept them.</summary>
    LimitRate,

    /// <summary>Every usable backend has as many connections as it may have, and none became free in time.</summary>
    LimitBackend,

    /// <summary>One side had finished and the other stayed silent.</summary>
    HalfClosedTimeout,

    /// <summary>Neither side sent anything for longer than the pool allows.</summary>
    Idle,

    /// <summary>The backend died, and its connections were reset so that their clients go elsewhere.</summary>
    BackendDead,

    /// <summary>The backend was drained, and its grace was over.</summary>
    Drain,

    /// <summary>An operator closed it.</summary>
    Killed,

    /// <summary>Closed so that its client spreads to another backend.</summary>
    Rebalance,

    /// <summary>The daemon stopped.</summary>
    Shutdown,

    /// <summary>ApiLb itself could not go on: no file descriptors, no ports, a bug. Logged as an error.</summary>
    LocalFault,
}
