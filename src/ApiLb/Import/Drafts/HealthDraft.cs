using ApiLb.Configuration;

namespace ApiLb.Import.Drafts;

/// <summary>The checks of a <see cref="PoolDraft"/>. Null: the default stays.</summary>
internal sealed record HealthDraft
{
    public HealthCheckType Type { get; init; } = HealthCheckType.Tcp;

    /// <summary>Why this type.</summary>
    public string? Reason { get; init; }

    public string? CaFile { get; init; }

    /// <summary>The imported file named no CA, and the operator has to bring one.</summary>
    public bool IsCaAssumed { get; init; }

    public string? Path { get; init; }

    public string? ServerName { get; init; }

    public TimeSpan? Interval { get; init; }

    public TimeSpan? FastInterval { get; init; }

    public TimeSpan? Timeout { get; init; }

    public int? Fall { get; init; }

    public int? Rise { get; init; }

    public TimeSpan? SlowStart { get; init; }
}
