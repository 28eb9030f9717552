namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>What ab saw: one connection per request.</summary>
internal sealed record ApacheBenchResult(int Connections, double ConnectionsPerSecond);
