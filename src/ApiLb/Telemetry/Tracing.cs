using System.Diagnostics;

namespace ApiLb.Telemetry;

/// <summary>Where spans of proxied requests begin. Nobody listens unless spans are exported, and then none is made.</summary>
internal static class Tracing
{
    public const string SourceName = "ApiLb";

    public static ActivitySource Source { get; } = new(SourceName, ProcessLifetime.Version);
}
