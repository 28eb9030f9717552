using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ApiLb.Admin;

/// <summary>What an admin client may cost. Every request is short and has no body.</summary>
internal static class AdminLimits
{
    public static void Apply(KestrelServerLimits limits)
    {
        // For each of the two end points: a flood on admin.listen leaves the socket usable.
        limits.MaxConcurrentConnections = 64;
        limits.MaxRequestBodySize = 1024;
        limits.MaxRequestLineSize = 2048;
        limits.MaxRequestHeaderCount = 50;
        limits.MaxRequestHeadersTotalSize = 8192;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);

        // Longer than a scrape interval, so that Prometheus keeps its connection.
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
    }
}
