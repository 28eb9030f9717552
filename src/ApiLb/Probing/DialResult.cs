using System.Diagnostics.CodeAnalysis;
using ApiLb.Backends;

namespace ApiLb.Probing;

/// <summary>An open connection, or the verdict that there is none.</summary>
/// <param name="Connection">Null when there is none.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Certificate">The certificate that was seen, in either case.</param>
internal readonly record struct DialResult(ProbeConnection? Connection, ProbeVerdict Failure, CertificateFacts? Certificate)
{
    public static DialResult Open(ProbeConnection connection, CertificateFacts? certificate) => new(connection, default, certificate);

    public static DialResult Failed(ProbeVerdict verdict, CertificateFacts? certificate = null) => new(null, verdict, certificate);

    public bool TryGet([NotNullWhen(true)] out ProbeConnection? connection)
    {
        connection = Connection;
        return connection is not null;
    }
}
