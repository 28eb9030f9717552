namespace ApiLb.Configuration;

/// <summary>How many requests one client address may send.</summary>
internal sealed record RateLimitOptions
{
    /// <summary>So many in <see cref="Per"/>, at least 1.</summary>
    public required int Requests { get; init; }

    /// <summary>Default 1 s.</summary>
    public TimeSpan Per { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So many at one moment, after a quiet time; null: as many as <see cref="Requests"/>.</summary>
    public int? Burst { get; init; }
}
