using System.Text.Json.Serialization;

namespace ApiLb.Configuration.Changes;

/// <summary>What options consist of, without reflection: a setting that is added to them is compared without further ado.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApiLbOptions))]
internal sealed partial class OptionsJsonContext : JsonSerializerContext;
