using System.Net;

namespace ApiLb.Configuration;

/// <summary>Where operators and scrapers reach the daemon.</summary>
internal sealed record AdminOptions
{
    /// <summary>Path of the admin unix socket, mode 0660. Default <c>/run/apilb/admin.sock</c>; null: none.</summary>
    public string? Socket { get; init; } = "/run/apilb/admin.sock";

    /// <summary>Read-only HTTP: the status page, <c>/metrics</c>, <c>/lb/healthz</c>, <c>/lb/readyz</c>. Default 127.0.0.1:8404; null: none.</summary>
    public IPEndPoint? Listen { get; init; } = new(IPAddress.Loopback, 8404);

    /// <summary>Path of a unix socket for HAProxy's runtime commands, mode 0660; null, the default: none.</summary>
    public string? HaproxySocket { get; init; }

    /// <summary>Whether <c>/metrics</c> also has the families of HAProxy's exporter. Default false.</summary>
    public bool HaproxyMetrics { get; init; }
}
