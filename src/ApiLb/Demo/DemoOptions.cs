namespace ApiLb.Demo;

/// <summary>What the user asked of the demo.</summary>
internal sealed record DemoOptions
{
    /// <summary>The balancer's port on 127.0.0.1; null: 6443, or another one if that is taken.</summary>
    public int? Port { get; init; }

    /// <summary>New client connections per second, 0 to 200. Default 5.</summary>
    public int Load { get; init; } = 5;

    /// <summary>How long to run; null: until it is ended.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>What to do to the stand-ins without a hand on the keyboard.</summary>
    public DemoScript Script { get; init; } = DemoScript.Empty;
}
