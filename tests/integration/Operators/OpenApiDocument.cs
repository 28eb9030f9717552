using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace ApiLb.IntegrationTests.Operators;

/// <summary>docs/openapi.yaml, and whether an answer is what it promises: no field more, none less, each of its type.</summary>
internal sealed class OpenApiDocument
{
    private readonly JsonElement _root;

    private OpenApiDocument(JsonElement root) => _root = root;

    /// <summary><c>POST /v1/drain</c> and so on.</summary>
    public IEnumerable<string> Operations =>
        from path in _root.GetProperty("paths").EnumerateObject()
        from method in path.Value.EnumerateObject()
        select $"{method.Name.ToUpperInvariant()} {path.Name}";

    public static OpenApiDocument Load()
    {
        var yaml = File.ReadAllText(RepositoryFile.PathTo("docs", "openapi.yaml"));
        var content = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(new MergingParser(new Parser(new StringReader(yaml))));
        var json = new SerializerBuilder().JsonCompatible().Build().Serialize(content);
        return new OpenApiDocument(JsonDocument.Parse(json).RootElement);
    }

    public IEnumerable<string> ParametersOf(string method, string path) =>
        Operation(method, path).TryGetProperty("parameters", out var parameters)
            ? parameters.EnumerateArray().Select(p => Resolve(p).GetProperty("name").GetString()!)
            : [];

    /// <summary>Everything in which an answer differs from what is promised.</summary>
    public IEnumerable<string> Faults(string method, string path, int code, JsonElement answer)
    {
        if (!Operation(method, path).GetProperty("responses").TryGetProperty($"{code}", out var response))
        {
            return [$"{method} {path}: {code} is not promised"];
        }

        return Faults(Resolve(response).GetProperty("content").GetProperty("application/json").GetProperty("schema"), answer, path);
    }

    private IEnumerable<string> Faults(JsonElement schema, JsonElement value, string at)
    {
        schema = Resolve(schema);
        if (schema.TryGetProperty("anyOf", out var choices))
        {
            return choices.EnumerateArray().Any(c => !Faults(c, value, at).Any()) ? [] : Faults(choices[0], value, at);
        }

        if (!TypesOf(schema).Contains(TypeOf(value)) && !(TypesOf(schema).Contains("integer") && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)))
        {
            return [$"{at}: {TypeOf(value)} instead of {string.Join(" or ", TypesOf(schema))}"];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Array => value.EnumerateArray().SelectMany((item, i) => Faults(schema.GetProperty("items"), item, $"{at}[{i}]")),
            JsonValueKind.Object when schema.TryGetProperty("properties", out var properties) => FaultsOfObject(schema, properties, value, at),
            _ => [],
        };
    }

    private IEnumerable<string> FaultsOfObject(JsonElement schema, JsonElement properties, JsonElement value, string at)
    {
        var missing = schema.GetProperty("required").EnumerateArray().Select(r => r.GetString()!).Where(r => !value.TryGetProperty(r, out _));
        var faults = missing.Select(m => $"{at}.{m}: missing");
        return faults.Concat(value.EnumerateObject().SelectMany(
            field => properties.TryGetProperty(field.Name, out var promised) ? Faults(promised, field.Value, $"{at}.{field.Name}") : [$"{at}.{field.Name}: not promised"]));
    }

    private JsonElement Operation(string method, string path) => _root.GetProperty("paths").GetProperty(path).GetProperty(method.ToLowerInvariant());

    private JsonElement Resolve(JsonElement node)
    {
        if (!node.TryGetProperty("$ref", out var reference))
        {
            return node;
        }

        return reference.GetString()!.Split('/').Skip(1).Aggregate(_root, (at, name) => at.GetProperty(name));
    }

    private static IReadOnlyList<string> TypesOf(JsonElement schema)
    {
        var type = schema.GetProperty("type");
        return type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString() ?? "null")] : [type.GetString() ?? "null"];
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "number",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "string",
    };
}
