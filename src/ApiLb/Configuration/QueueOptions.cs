namespace ApiLb.Configuration;

/// <summary>How clients wait when every usable backend has its <c>maxConnections</c>.</summary>
internal sealed record QueueOptions
{
    /// <summary>Clients that may wait at once, 0 to 100,000; the next is reset. Default 128.</summary>
    public int MaxLength { get; init; } = 128;

    /// <summary>How long each may wait. Default 1 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
}
