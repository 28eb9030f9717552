namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>One value of one metric from one run.</summary>
internal sealed record Sample(Metric Metric, double Value);
