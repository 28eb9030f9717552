namespace ApiLb.Backends;

/// <summary>What checks learn about a backend beside its health, and never decides about it. Immutable.</summary>
internal sealed record BackendFacts
{
    /// <summary>Null before the first handshake, and without TLS.</summary>
    public CertificateFacts? Certificate { get; init; }

    /// <summary><c>gitVersion</c> of an apiserver, such as <c>v1.31.2</c>; null while it has not told. A label: bounded.</summary>
    public string? Version { get; init; }

    /// <summary>How far its clock is ahead of ours, to about a second; null while it has not told.</summary>
    public TimeSpan? ClockOffset { get; init; }
}
