namespace ApiLb.Admin;

/// <summary>What checks learnt about a backend beside its health. What is not known is null.</summary>
internal sealed record FactsStatus
{
    /// <summary>Such as <c>v1.31.2</c>.</summary>
    public string? Version { get; init; }

    /// <summary>How far its clock is ahead of this host's, to about a second.</summary>
    public double? ClockOffsetSeconds { get; init; }

    public DateTimeOffset? CertificateNotBefore { get; init; }

    public DateTimeOffset? CertificateNotAfter { get; init; }

    public string? CertificateIssuer { get; init; }

    /// <summary>The configured CA vouches for it.</summary>
    public bool? CertificateTrusted { get; init; }

    /// <summary>It is valid for the backend's own host or address.</summary>
    public bool? CertificateCoversAddress { get; init; }

    /// <summary>It is valid for the pool's <c>controlPlaneEndpoint</c>.</summary>
    public bool? CertificateCoversEndpoint { get; init; }
}
