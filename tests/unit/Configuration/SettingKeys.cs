using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.UnitTests.Configuration;

/// <summary>The keys of the file as each of their four places tells them: options, binders, schema, documentation.</summary>
internal static class SettingKeys
{
    private const string Stranger = "zzzzzzzzzzzz";
    private const int NotSaid = int.MinValue;

    private static readonly Lazy<HashSet<string>> Sections = new(FindSections);

    /// <summary>Every option, under the name that the file gives it.</summary>
    public static IReadOnlyList<Setting> OfOptions() => [.. OfType(typeof(ApiLbOptions), "", new ApiLbOptions { Listeners = [], Pools = [] })];

    /// <summary>What each section lists as allowed when it meets a stranger.</summary>
    public static IReadOnlyList<Setting> OfBinders()
    {
        var yaml = $$"""
            {{Stranger}}: 1
            listeners:
              NAME:
                {{Stranger}}: 1
                proxyProtocol: { {{Stranger}}: 1 }
                routes: [{ {{Stranger}}: 1, rateLimit: { {{Stranger}}: 1 } }]
                tls: { {{Stranger}}: 1, certificates: [{ {{Stranger}}: 1 }] }
                limits: { {{Stranger}}: 1 }
            pools:
              NAME:
                {{Stranger}}: 1
                backends: [{ {{Stranger}}: 1 }]
                discovery: { {{Stranger}}: 1, kubernetes: { {{Stranger}}: 1 }, dns: { {{Stranger}}: 1 } }
                health: { {{Stranger}}: 1 }
                upstream: { {{Stranger}}: 1 }
                connect: { {{Stranger}}: 1 }
                rebalance: { {{Stranger}}: 1 }
                queue: { {{Stranger}}: 1 }
                timeouts: { {{Stranger}}: 1 }
            etcd: { {{Stranger}}: 1 }
            limits: { {{Stranger}}: 1 }
            admin: { {{Stranger}}: 1 }
            shutdown: { {{Stranger}}: 1 }
            transport: { {{Stranger}}: 1 }
            """;
        return [.. ConfigurationFile.Parse("strangers.yaml", Encoding.UTF8.GetBytes(yaml)).Errors
            .Where(error => error.KeyPath.EndsWith(Stranger, StringComparison.Ordinal))
            .SelectMany(error => error.Message.Split("allowed here: ")[1].Split(", ")
                .Select(key => error.KeyPath.Replace(Stranger, key, StringComparison.Ordinal).Replace("[0]", "[]", StringComparison.Ordinal)))
            .Select(path => new Setting(path, Default: null))
            .Where(IsLeaf)];
    }

    /// <summary>The properties of configs/apilb.schema.json, with their defaults.</summary>
    public static IReadOnlyList<Setting> OfSchema()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.PathTo("configs", "apilb.schema.json")));
        return [.. OfSchema(schema.RootElement, schema.RootElement, "").Where(IsLeaf)];
    }

    /// <summary>The rows of the tables in docs/configuration.md, with their defaults.</summary>
    public static IReadOnlyList<Setting> OfDocumentation()
    {
        var section = "";
        var settings = new List<Setting>();
        foreach (var line in File.ReadLines(RepositoryFolder.PathTo("docs", "configuration.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..].Trim('`');
            }
            else if (line.StartsWith("| `", StringComparison.Ordinal))
            {
                var cells = line.Split('|', StringSplitOptions.TrimEntries);
                settings.Add(new Setting((section == "Top level" ? "" : section + ".") + cells[1].Trim('`'), cells[3].StartsWith('`') ? cells[3].Trim('`') : null));
            }
        }

        return [.. settings.Where(IsLeaf)];
    }

    private static IEnumerable<Setting> OfType(Type type, string path, object? defaults) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.Name != "EqualityContract" && !(property.Name == "Name" && (type == typeof(ListenerOptions) || type == typeof(PoolOptions))))
            .SelectMany(property => OfProperty(property, path, defaults));

    private static IEnumerable<Setting> OfProperty(PropertyInfo property, string path, object? defaults)
    {
        var name = property.Name == nameof(BackendOptions.IsBackup) ? "Backup" : property.Name;
        var key = path + (path.Length > 0 ? "." : "") + char.ToLowerInvariant(name[0]) + name[1..];
        var type = property.PropertyType;
        if (typeof(IEnumerable).IsAssignableFrom(type) && type.IsGenericType && IsOptions(type.GetGenericArguments()[0]))
        {
            var item = type.GetGenericArguments()[0];
            return OfType(item, key + (item == typeof(BackendOptions) || item == typeof(RouteOptions) || item == typeof(CertificateOptions) ? "[]" : ".NAME"), Example(item));
        }

        return IsOptions(type)
            ? OfType(type, key, Example(type))
            : [new Setting(key, Spell(defaults is null ? null : property.GetValue(defaults)))];
    }

    private static bool IsOptions(Type type) => type.Name.EndsWith("Options", StringComparison.Ordinal);

    // What stands in the members that have no default is nobody's default, and null here.
    private static object Example(Type type) => type.Name switch
    {
        nameof(ListenerOptions) => new ListenerOptions { Name = null!, Bind = null!, Protocol = (ListenerProtocol)(-1) },
        nameof(RouteOptions) => new RouteOptions { Pool = null! },
        nameof(CertificateOptions) => new CertificateOptions { CertificateFile = null!, KeyFile = null! },
        nameof(RateLimitOptions) => new RateLimitOptions { Requests = NotSaid },
        nameof(PoolOptions) => new PoolOptions { Name = null!, Backends = null!, Health = null! },
        nameof(BackendOptions) => new BackendOptions { Name = null!, Address = null! },
        nameof(DnsDiscoveryOptions) => new DnsDiscoveryOptions { Name = null! },
        nameof(HealthOptions) => new HealthOptions { Type = HealthCheckType.Tcp },
        _ => Activator.CreateInstance(type)!,
    };

    private static string? Spell(object? value) => value switch
    {
        TimeSpan duration => Duration.Format(duration),
        Enum word when !Enum.IsDefined(word.GetType(), word) => null,
        ProxyProtocolVersion word => Choice.WordOf(word),
        ConnectSource word => Choice.WordOf(word),
        BalancePolicy word => Choice.WordOf(word),
        BadHelloAction word => Choice.WordOf(word),
        ConnectionLogging word => Choice.WordOf(word),
        HedgeMode word => Choice.WordOf(word),
        ClientCertificates word => Choice.WordOf(word),
        RequestLogging word => Choice.WordOf(word),
        HealthCheckType word => Choice.WordOf(word),
        ControlPlaneSource word => Choice.WordOf(word),
        bool flag => flag ? "true" : "false",
        NotSaid => null,
        int number => number.ToString(CultureInfo.InvariantCulture),
        IPEndPoint endPoint => endPoint.ToString(),
        string text => text,
        _ => null,
    };

    private static IEnumerable<Setting> OfSchema(JsonElement root, JsonElement node, string path)
    {
        foreach (var property in node.GetProperty("properties").EnumerateObject())
        {
            var key = path.Length == 0 ? property.Name : $"{path}.{property.Name}";
            var target = Resolve(root, property.Value);
            var isMap = target.TryGetProperty("additionalProperties", out var values) && values.ValueKind == JsonValueKind.Object;
            var child = isMap ? Resolve(root, values) : target;
            var childPath = isMap ? key + ".NAME" : key;
            if (property.Name is "backends" or "routes" or "certificates")
            {
                (child, childPath) = (root.GetProperty("$defs").GetProperty(property.Name[..^1]), key + "[]");
            }

            yield return new Setting(key, property.Value.TryGetProperty("default", out var value) ? value.ToString().ToLowerInvariant() : null);
            foreach (var setting in child.TryGetProperty("properties", out _) ? OfSchema(root, child, childPath) : [])
            {
                yield return setting;
            }
        }
    }

    private static JsonElement Resolve(JsonElement root, JsonElement node) =>
        node.TryGetProperty("$ref", out var reference)
            ? root.GetProperty("$defs").GetProperty(reference.GetString()!.Split('/')[^1])
            : node;

    /// <summary>Sections are no settings: a path is a section when options lie below it.</summary>
    private static bool IsLeaf(Setting setting) => !Sections.Value.Contains(setting.Path);

    private static HashSet<string> FindSections() =>
        [.. OfOptions().SelectMany(option => option.Path.Index().Where(c => c.Item == '.').Select(c => WithoutItem(option.Path[..c.Index])))];

    private static string WithoutItem(string section) => section.EndsWith("[]", StringComparison.Ordinal) ? section[..^2] : section;
}
