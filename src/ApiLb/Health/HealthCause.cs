namespace ApiLb.Health;

/// <summary>Why a check or connection ended as it did. A bounded set: it is a metric label.</summary>
internal enum HealthCause
{
    NotChecked,
    Passed,
    Refused,
    Unreachable,
    ConnectTimeout,

    /// <summary>The other kernel acknowledges nothing: neither what was sent nor an attempt to connect.</summary>
    Unacknowledged,

    /// <summary>As before, and so it is with every other host, or this host's own link is down.</summary>
    AllSilent,
    Reset,
    Closed,
    FirstByteTimeout,
    NotTls,
    TlsHandshake,
    UntrustedCertificate,
    WrongCertificateName,
    ExpiredCertificate,
    ResponseTimeout,
    ResponseTooLarge,
    MalformedResponse,
    Redirect,
    Status,
    Unauthorized,

    /// <summary>Red, and nothing fails but etcd: the same everywhere, and no fault of this apiserver.</summary>
    EtcdUnready,

    /// <summary>Not ready, and <c>/livez</c> is red too: its kubelet is about to restart it.</summary>
    NotLive,
    Overloaded,
    ShuttingDown,
    UnresolvedName,
    LocalFault,
}
