using System.Text.Json.Serialization;

namespace ApiLb.Validation;

/// <summary>The result of <c>apilb validate</c>. Fields are only ever added: scripts read this.</summary>
internal sealed record ValidationReport
{
    /// <summary>Where clients reach the cluster.</summary>
    public required string Balancer { get; init; }

    public required IReadOnlyList<ApiserverResult> Apiservers { get; init; }

    /// <summary>New connections through the balancer while nothing is wrong.</summary>
    public required RequestsResult Requests { get; init; }

    public required EtcdResult Etcd { get; init; }

    /// <summary>Null: not asked for.</summary>
    public WriteResult? Write { get; init; }

    /// <summary>Null: not asked for.</summary>
    public DuringResult? During { get; init; }

    /// <summary>The order in which they were found.</summary>
    public required IReadOnlyList<ValidationFinding> Findings { get; init; }

    /// <summary>No finding is an error.</summary>
    [JsonPropertyOrder(-1)]
    public bool Passed => Findings.All(f => f.Severity != ValidationFinding.Error);
}
