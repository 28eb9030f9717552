namespace ApiLb.Benchmarks.IdleCost;

/// <summary>One process while it holds a number of idle connections.</summary>
/// <param name="Connections">How many.</param>
/// <param name="Bytes">Its anonymous memory at rest.</param>
/// <param name="IsAtRest">False: its readings did not agree on a lowest one.</param>
/// <param name="SilentCpu">Share of one core that it takes while nothing comes or goes; null where it was not measured.</param>
/// <param name="CpuPerNewConnection">What one more connection costs that comes, is served and goes; null where it was not measured.</param>
internal sealed record LevelReading(int Connections, long Bytes, bool IsAtRest, double? SilentCpu, TimeSpan? CpuPerNewConnection);
