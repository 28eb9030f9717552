using System.Text.Json.Serialization;

namespace ApiLb.Cli.Output;

/// <summary>Serialisation of what commands find out without a daemon, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(VersionReport))]
internal sealed partial class ReportJsonContext : JsonSerializerContext;
