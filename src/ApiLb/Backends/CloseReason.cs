namespace ApiLb.Backends;

/// <summary>Why a client's connection ended: exactly one for each. A bounded set: it is a metric label.</summary>
internal enum CloseReason
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

    /// <summary>One side had finished and the other stayed silent.</summary>
    HalfClosedTimeout,

    /// <summary>The daemon stopped.</summary>
    Shutdown,

    /// <summary>ApiLb itself could not go on: no file descriptors, no ports, a bug. Logged as an error.</summary>
    LocalFault,
}
