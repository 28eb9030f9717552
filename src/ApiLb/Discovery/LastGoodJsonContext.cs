using System.Text.Json.Serialization;

namespace ApiLb.Discovery;

/// <summary>The file of <see cref="LastGoodMembers"/> without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 8)]
[JsonSerializable(typeof(LastGoodDocument))]
internal sealed partial class LastGoodJsonContext : JsonSerializerContext;
