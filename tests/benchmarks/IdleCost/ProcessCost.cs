namespace ApiLb.Benchmarks.IdleCost;

/// <summary>What one process cost, from its first level, without connections, to its last.</summary>
/// <param name="Balancer">Its name.</param>
/// <param name="Levels">In the order in which they were read.</param>
internal sealed record ProcessCost(string Balancer, IReadOnlyList<LevelReading> Levels)
{
    private const double SecondsPerMinute = 60;
    private const double MicrosecondsPerSecond = 1e6;

    /// <summary>Growth of its memory since it held none, in KiB for each connection that it holds.</summary>
    public double MemoryPerConnection(int connections) => (At(connections).Bytes - At(0).Bytes) / 1024.0 / connections;

    /// <summary>What silence costs more than without connections, in microseconds for each of them and minute.</summary>
    public double CpuPerConnectionAndMinute(int connections) =>
        (SilentPercent(connections) - SilentPercent(0)) / 100 * SecondsPerMinute * MicrosecondsPerSecond / connections;

    /// <summary>In microseconds.</summary>
    public double CpuPerNewConnection(int connections) => At(connections).CpuPerNewConnection?.TotalMicroseconds ?? double.NaN;

    /// <summary>Percent of one core.</summary>
    public double SilentPercent(int connections) => At(connections).SilentCpu * 100 ?? double.NaN;

    private LevelReading At(int connections) => Levels.Single(level => level.Connections == connections);
}
