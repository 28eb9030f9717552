namespace ApiLb.Benchmarks.SideBySide;

/// <summary>What the operator asked for on the command line; immutable.</summary>
internal sealed record SideBySideOptions
{
    /// <summary>How many times every measurement is repeated on every balancer; the report gives medians.</summary>
    public required int Rounds { get; init; }

    /// <summary>Names of the balancers, in the order in which they take turns.</summary>
    public required IReadOnlyList<string> Balancers { get; init; }

    /// <summary>Names of the measurements.</summary>
    public required IReadOnlyList<string> Measurements { get; init; }

    /// <summary>An <c>apilb</c> binary; null to publish one from this source tree.</summary>
    public string? ApiLbPath { get; init; }

    /// <summary>A second <c>apilb</c> binary, to compare the first with; null: there is none.</summary>
    public string? OtherPath { get; init; }

    /// <summary>Where the report goes; null for the terminal only.</summary>
    public string? ReportFile { get; init; }

    /// <summary>Connections that carry requests at the same time.</summary>
    public required int BusyConnections { get; init; }

    /// <summary>Connections held open without traffic. Each one costs the balancer two file descriptors.</summary>
    public required int IdleConnections { get; init; }

    /// <summary>True when the backends speak TLS and the balancers pass it through.</summary>
    public required bool Tls { get; init; }
}
