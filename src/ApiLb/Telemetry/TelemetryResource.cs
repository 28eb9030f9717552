using OpenTelemetry.Resources;

namespace ApiLb.Telemetry;

/// <summary>Whose metrics, log records and spans they are, as a collector names it (OpenTelemetry's semantic conventions for services).</summary>
internal static class TelemetryResource
{
    public static ResourceBuilder Create() => ResourceBuilder.CreateEmpty().AddAttributes(new Dictionary<string, object>(StringComparer.Ordinal)
    {
        ["service.name"] = "apilb",
        ["service.version"] = ProcessLifetime.Version,
        ["service.instance.id"] = Environment.MachineName,
        ["host.name"] = Environment.MachineName,
    });
}
