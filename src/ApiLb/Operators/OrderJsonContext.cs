using System.Text.Json.Serialization;

namespace ApiLb.Operators;

/// <summary>The file of <see cref="OrderBook"/> without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(OrderDocument))]
internal sealed partial class OrderJsonContext : JsonSerializerContext;
