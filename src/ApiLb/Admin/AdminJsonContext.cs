using System.Text.Json.Serialization;

namespace ApiLb.Admin;

/// <summary>Serialisation of the admin API without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(DaemonStatus))]
[JsonSerializable(typeof(IReadOnlyList<BackendExplanation>))]
[JsonSerializable(typeof(IReadOnlyList<EventStatus>))]
[JsonSerializable(typeof(RebalanceStatus))]
[JsonSerializable(typeof(ReloadStatus))]
internal sealed partial class AdminJsonContext : JsonSerializerContext;
