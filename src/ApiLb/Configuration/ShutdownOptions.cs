namespace ApiLb.Configuration;

/// <summary>What happens on SIGTERM.</summary>
internal sealed record ShutdownOptions
{
    /// <summary>How long <c>/lb/readyz</c> is red before the listeners close, so that a VIP can move first. Default 0 s.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;

    /// <summary>How long established connections may finish by themselves. Default 30 s.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);
}
