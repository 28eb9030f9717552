namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>All measurements, in the order in which they run and are reported.</summary>
internal static class MeasurementCatalog
{
    private static readonly IMeasurement[] All =
    [
        new KeepAliveRequests(),
        new NewConnections(),
        new LargeBodies(),
        new IdleConnections(),
        new IdleProcess(),
        new StartToFirstAnswer(),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(measurement => measurement.Name)];

    // Behind the handshake, a balancer that passes TLS through does the same work as without: only the connection is worth measuring again.
    public static IReadOnlyList<string> DefaultFor(bool isTls) => isTls ? [NewConnections.MeasurementName] : Names;

    public static IReadOnlyList<IMeasurement> Select(IReadOnlyList<string> names) =>
        [.. All.Where(measurement => names.Contains(measurement.Name, StringComparer.Ordinal))];
}
