using System.Diagnostics.CodeAnalysis;

namespace ApiLb.Probing;

/// <summary>An open connection, or the verdict that there is none.</summary>
internal readonly record struct DialResult(ProbeConnection? Connection, ProbeVerdict Failure)
{
    public static DialResult Open(ProbeConnection connection) => new(connection, default);

    public static DialResult Failed(ProbeVerdict verdict) => new(null, verdict);

    public bool TryGet([NotNullWhen(true)] out ProbeConnection? connection)
    {
        connection = Connection;
        return connection is not null;
    }
}
