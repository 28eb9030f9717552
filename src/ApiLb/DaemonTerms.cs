using ApiLb.Deployment;
using ApiLb.Transport;
using ApiLb.Upgrade;

namespace ApiLb;

/// <summary>What a daemon has of the process that it runs in, and of the one before it. Without any of it, it runs on its own.</summary>
internal sealed record DaemonTerms
{
    /// <summary>How another configuration is had; null: not at all.</summary>
    public ReloadTerms? Reload { get; init; }

    /// <summary>How another process takes its place; null: not at all.</summary>
    public UpgradeTerms? Upgrade { get; init; }

    /// <summary>Listening sockets that a service manager has bound; owned from now on.</summary>
    public IReadOnlyList<InheritedSocket> Inherited { get; init; } = [];

    /// <summary>The daemon whose place it takes; null: nobody's. Its caller's to dispose.</summary>
    public Predecessor? Predecessor { get; init; }

    /// <summary>What a stop may wait for an OTLP collector that is slow just then.</summary>
    public TimeSpan LastWords { get; init; } = TimeSpan.FromSeconds(2);
}
