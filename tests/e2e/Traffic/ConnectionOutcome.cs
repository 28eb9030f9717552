namespace ApiLb.EndToEndTests.Traffic;

/// <summary>How a new connection ended for its client.</summary>
internal enum ConnectionOutcome
{
    /// <summary>TLS handshake, a whole answer, status 200.</summary>
    Served,

    /// <summary>A whole answer with another status: a backend that was not ready.</summary>
    Rejected,

    /// <summary>Refused, reset, closed or silent, and not one byte had come from an apiserver: another one could have served it.</summary>
    FailedBeforeFirstByte,

    /// <summary>Broken after an apiserver had begun to answer. No balancer can move such a connection.</summary>
    FailedAfterFirstByte,

    /// <summary>An apiserver has taken the connection, and then let a request wait beyond its client's deadline.</summary>
    Hung,
}
