namespace ApiLb.Configuration;

/// <summary>Where a pool gets members from, beside those of the file.</summary>
internal sealed record DiscoveryOptions
{
    /// <summary>The names of the sources in logs and metrics.</summary>
    public const string KubernetesSource = "kubernetes";
    public const string DnsSource = "dns";

    public KubernetesDiscoveryOptions? Kubernetes { get; init; }

    public DnsDiscoveryOptions? Dns { get; init; }

    /// <summary>Those that there are.</summary>
    public IReadOnlyList<string> SourceNames() =>
        [.. Kubernetes is null ? (ReadOnlySpan<string>)[] : [KubernetesSource], .. Dns is null ? (ReadOnlySpan<string>)[] : [DnsSource]];
}
