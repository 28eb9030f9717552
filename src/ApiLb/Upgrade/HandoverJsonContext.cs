using System.Text.Json.Serialization;

namespace ApiLb.Upgrade;

/// <summary><see cref="HandoverMessage"/> without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HandoverMessage))]
internal sealed partial class HandoverJsonContext : JsonSerializerContext;
