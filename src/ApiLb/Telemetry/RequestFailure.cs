namespace ApiLb.Telemetry;

/// <summary>Why a request was not answered by a backend to its end. A bounded set: it is a metric label.</summary>
internal enum RequestFailure
{
    None,

    /// <summary>No route takes it, and the listener has no pool.</summary>
    NoRoute,

    /// <summary>It cannot be forwarded as it is.</summary>
    BadRequest,

    /// <summary>The route's access list keeps its client out.</summary>
    Denied,

    /// <summary>Its client sends more than the route's rate limit allows.</summary>
    RateLimit,

    /// <summary>Its body is longer than the route allows.</summary>
    BodyTooLarge,

    /// <summary>The pool had nobody to try.</summary>
    NoBackend,

    /// <summary>Every usable backend has as many requests as it may have.</summary>
    BackendsFull,

    /// <summary>No backend could be connected to.</summary>
    Connect,

    /// <summary>No backend could be spoken to by TLS.</summary>
    Handshake,

    /// <summary>No backend sent response headers in time.</summary>
    Timeout,

    /// <summary>A backend closed or reset the connection before its answer was whole.</summary>
    Reset,

    /// <summary>A backend answered what is not HTTP.</summary>
    BadAnswer,

    /// <summary>Neither side sent anything for longer than the route allows.</summary>
    Idle,

    /// <summary>The request was cut at its backend: it died, was drained, or an operator said so.</summary>
    Cut,

    /// <summary>The client went away.</summary>
    ClientGone,

    /// <summary>ApiLb itself could not go on. Logged as an error.</summary>
    LocalFault,
}
