namespace ApiLb.Configuration;

/// <summary>Whether established connections may be moved from the fullest backend.</summary>
internal sealed record RebalanceOptions
{
    /// <summary>Default false: closing what works is the operator's choice. <c>apilb rebalance</c> works either way.</summary>
    public bool Enabled { get; init; }

    /// <summary>How long a pool must have been uneven, unless a backend has just come back. Default 60 s.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(60);
}
