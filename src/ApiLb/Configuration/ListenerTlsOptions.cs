namespace ApiLb.Configuration;

/// <summary>How an <c>https</c> listener ends TLS. Files are read again when they change.</summary>
internal sealed record ListenerTlsOptions
{
    public const string Tls12 = "1.2";
    public const string Tls13 = "1.3";

    /// <summary>Short for one entry of <see cref="Certificates"/>, together with <see cref="KeyFile"/>; null: none.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Chosen by the name that a client asks for; the first serves all others.</summary>
    public IReadOnlyList<CertificateOptions> Certificates { get; init; } = [];

    /// <summary>Whether clients show a certificate. Default none.</summary>
    public ClientCertificates ClientCertificates { get; init; } = ClientCertificates.None;

    /// <summary>PEM file with the CAs of clients' certificates; null: nobody is asked for one.</summary>
    public string? ClientCaFile { get; init; }

    /// <summary><see cref="Tls12"/> or <see cref="Tls13"/>. Default 1.2.</summary>
    public string MinimumVersion { get; init; } = Tls12;

    /// <summary>All of them, the default first.</summary>
    public IReadOnlyList<CertificateOptions> AllCertificates() =>
        CertificateFile is { } certificate && KeyFile is { } key
            ? [new CertificateOptions { CertificateFile = certificate, KeyFile = key }, .. Certificates]
            : Certificates;
}
