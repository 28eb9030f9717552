using System.Reflection;

namespace ApiLb.Telemetry;

/// <summary>Which version of the daemon runs and since when. Immutable; make one at the start of the process.</summary>
internal sealed class ProcessLifetime(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>The product's version without the commit that a build may append.</summary>
    public static string Version { get; } =
        typeof(ProcessLifetime).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "unknown";

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>Monotonic.</summary>
    public TimeSpan Uptime => time.GetElapsedTime(_started);
}
