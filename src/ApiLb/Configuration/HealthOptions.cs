namespace ApiLb.Configuration;

/// <summary>How the backends of a pool are checked.</summary>
internal sealed record HealthOptions
{
    public required HealthCheckType Type { get; init; }

    /// <summary>PEM file with the CA that must have signed the backend's certificate; null: the system's trust (https, tls).</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file with the certificate by which checks identify themselves; null: none. With <see cref="ClientKeyFile"/>.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file with the key of <see cref="ClientCertificateFile"/>.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>File with the bearer token by which checks identify themselves; null: none.</summary>
    public string? TokenFile { get; init; }

    /// <summary>Request path of HTTP checks. <c>/readyz</c> for kube-apiserver, <c>/</c> for http and https.</summary>
    public string Path { get; init; } = "/readyz";

    /// <summary>Name asked for in SNI, Host and certificate; null: the backend's host name or address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Time between two checks of a settled backend. Default 2 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time between two checks while something is changing. Default 500 ms.</summary>
    public TimeSpan FastInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Deadline of one whole check. Default 3 s: longer than the apiserver's own 2 s for its etcd check.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Consecutive failures that take a backend out. Default 2.</summary>
    public int Fall { get; init; } = 2;

    /// <summary>Consecutive passes that bring a backend back (one is enough at first start). Default 2.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>How long a backend that was dead takes to come back to its full share. Default 30 s; zero: at once.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Every n-th check opens a fresh connection, so that accepting is checked too. Default 10; 1: always.</summary>
    public int FreshConnectionEvery { get; init; } = 10;
}
