using ApiLb.Benchmarks.SideBySide.Balancers;

namespace ApiLb.Benchmarks.SideBySide.Measurements;

/// <summary>Puts one kind of load on a fresh process of one balancer and reads off one or more figures.</summary>
internal interface IMeasurement
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>Every metric that a run gives a sample of, in the order of the report.</summary>
    IReadOnlyList<Metric> Metrics { get; }

    /// <exception cref="MeasurementFailedException">The balancer did not start, or the load met an error.</exception>
    Task<IReadOnlyList<Sample>> RunAsync(IBalancer balancer, TestBed bed, CancellationToken cancellationToken);
}
