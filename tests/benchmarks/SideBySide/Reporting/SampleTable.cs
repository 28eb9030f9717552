using ApiLb.Benchmarks.SideBySide.Measurements;

namespace ApiLb.Benchmarks.SideBySide.Reporting;

/// <summary>All samples and failures of one run; filled by <see cref="SideBySideRun"/>, read by the report.</summary>
internal sealed class SampleTable
{
    private readonly Dictionary<(Metric Metric, string Balancer), List<double>> _values = [];
    private readonly List<string> _failures = [];

    public IReadOnlyList<string> Failures => _failures;

    public void Add(string balancer, Sample sample)
    {
        if (!_values.TryGetValue((sample.Metric, balancer), out var values))
        {
            _values[(sample.Metric, balancer)] = values = [];
        }

        values.Add(sample.Value);
    }

    public void AddFailure(string failure) => _failures.Add(failure);

    public IReadOnlyList<double> ValuesOf(Metric metric, string balancer) => _values.GetValueOrDefault((metric, balancer)) ?? [];

    /// <summary>The median; null when no run gave a value.</summary>
    public double? MedianOf(Metric metric, string balancer) => ValuesOf(metric, balancer) is { Count: > 0 } values ? Median.Of(values) : null;
}
