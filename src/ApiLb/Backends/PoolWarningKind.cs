namespace ApiLb.Backends;

/// <summary>What may be wrong with a pool while it works.</summary>
internal enum PoolWarningKind
{
    CertificateExpires,
    EndpointNotCovered,
    VersionSkew,
    ClockOffset,
}
