namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>What wrk saw.</summary>
internal sealed record WrkResult(long Requests, double RequestsPerSecond, TimeSpan Median, TimeSpan NinetyNinth);
