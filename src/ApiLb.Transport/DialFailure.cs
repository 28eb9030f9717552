namespace ApiLb.Transport;

/// <summary>Why an attempt to reach a backend ended without a backend.</summary>
internal enum DialFailure
{
    None,

    /// <summary>Its host answered that nobody listens.</summary>
    Refused,

    /// <summary>No route, or its host or network is unreachable.</summary>
    Unreachable,

    /// <summary>The kernel gave up waiting.</summary>
    TimedOut,

    /// <summary>Reset after the handshake and before its first byte.</summary>
    Reset,

    /// <summary>Closed after the handshake and before its first byte.</summary>
    Closed,

    /// <summary>This host's own trouble: no descriptors, ports or memory. Says nothing about the backend.</summary>
    LocalFault,
}
