namespace ApiLb.Health;

/// <summary>Why a check or connection ended as it did. A bounded set: it is a metric label.</summary>
internal enum HealthCause
{
    NotChecked,
    Passed,
    Refused,
    Unreachable,
    ConnectTimeout,
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
    Overloaded,
    ShuttingDown,
    UnresolvedName,
    LocalFault,
}
