namespace ApiLb.Configuration;

/// <summary>A certificate and its key, in PEM files.</summary>
internal sealed record CertificateOptions
{
    /// <summary>The leaf first, then what leads to the CA.</summary>
    public required string CertificateFile { get; init; }

    public required string KeyFile { get; init; }
}
