using ApiLb.Kubernetes.Introduction;

namespace ApiLb.Cli.Init;

/// <summary>What <c>apilb init</c> was told. Immutable.</summary>
internal sealed record InitSettings
{
    /// <summary>At least one.</summary>
    public required IReadOnlyList<InitEndpoint> Endpoints { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<PublicKeyPin> Pins { get; init; }

    /// <summary>Null: the pins alone decide.</summary>
    public BootstrapToken? Token { get; init; }

    /// <summary>Absolute path.</summary>
    public required string Directory { get; init; }

    public bool WithDiscovery { get; init; }

    public bool IsDryRun { get; init; }

    public string CaFile => Path.Combine(Directory, "ca.crt");

    public string ConfigurationFile => Path.Combine(Directory, "apilb.yaml");

    /// <summary>Null without discovery.</summary>
    public string? Kubeconfig => WithDiscovery ? Path.Combine(Directory, "kubeconfig") : null;
}
