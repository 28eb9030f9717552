using System.Text.Json;
using System.Text.Json.Serialization;

namespace ApiLb.Doctor;

/// <summary>Writes severities as the words that people see: <c>ok</c>, <c>note</c>, <c>warning</c>, <c>error</c>.</summary>
internal sealed class SeverityConverter() : JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);
