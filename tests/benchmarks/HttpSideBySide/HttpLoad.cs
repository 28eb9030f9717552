namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>What a load generator saw.</summary>
internal sealed record HttpLoad(long Requests, double RequestsPerSecond, TimeSpan NinetyNinth);
