namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>One row of the report.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Format">How a value is printed.</param>
/// <param name="Target">The largest allowed ratio to the reference; null where nothing was promised.</param>
internal sealed record Metric(string Name, string Unit, string Format, double? Target = null);
