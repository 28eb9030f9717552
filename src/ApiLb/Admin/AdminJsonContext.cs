using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApiLb.Admin;

/// <summary>Serialisation of the admin API without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DaemonStatus))]
[JsonSerializable(typeof(IReadOnlyList<BackendExplanation>))]
[JsonSerializable(typeof(IReadOnlyList<EventStatus>))]
[JsonSerializable(typeof(EventStatus))]
[JsonSerializable(typeof(RebalanceStatus))]
[JsonSerializable(typeof(IReadOnlyList<PoolStatus>))]
[JsonSerializable(typeof(IReadOnlyList<BackendStatus>))]
[JsonSerializable(typeof(ConnectionsStatus))]
[JsonSerializable(typeof(OrderResult))]
[JsonSerializable(typeof(ReloadStatus))]
[JsonSerializable(typeof(UpgradeStatus))]
internal sealed partial class AdminJsonContext : JsonSerializerContext
{
    /// <summary>One object in one line, for streams of them.</summary>
    public static AdminJsonContext Lines { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase });
}
