using System.Text.Json.Nodes;

namespace ApiLb.Configuration.Changes;

/// <summary>
/// Finds what differs between two configurations, setting by setting. Pure. Lists of things with names are compared by name;
/// the order of listeners and pools means nothing.
/// </summary>
internal sealed class ConfigurationDiff
{
    private const string Name = "name";

    /// <summary>What tells most about a thing that came or went.</summary>
    private static readonly string[] Telling = ["address", "bind", "backends"];

    private readonly LoadedConfiguration _before;
    private readonly LoadedConfiguration _after;
    private readonly List<SettingChange> _changes = [];

    private ConfigurationDiff(LoadedConfiguration before, LoadedConfiguration after)
    {
        _before = before;
        _after = after;
    }

    /// <returns>In the order of the file; empty when both mean the same.</returns>
    public static IReadOnlyList<SettingChange> Between(LoadedConfiguration before, LoadedConfiguration after)
    {
        var diff = new ConfigurationDiff(before, after);
        diff.Compare([], OptionsTree.Of(before.Options), OptionsTree.Of(after.Options));
        return diff._changes;
    }

    private void Compare(string[] path, JsonNode? before, JsonNode? after)
    {
        switch (before, after)
        {
            case (JsonObject one, JsonObject other):
                foreach (var key in one.Select(p => p.Key).Where(k => k != Name))
                {
                    Compare([.. path, key], one[key], other[key]);
                }

                break;
            case (JsonArray one, JsonArray other) when HasNames(one) && HasNames(other):
                CompareNamed(path, one, other);
                break;
            case (JsonValue one, JsonValue) when NamedFiles.IsNamedBy(path[^1]) && JsonNode.DeepEquals(before, after):
                CompareContent(path, one.GetValue<string>());
                break;
            default:
                if (!JsonNode.DeepEquals(before, after))
                {
                    _changes.Add(new SettingChange(path, TextOf(before), TextOf(after)));
                }

                break;
        }
    }

    private void CompareNamed(string[] path, JsonArray before, JsonArray after)
    {
        var one = before.OfType<JsonObject>().ToDictionary(NameOf, StringComparer.Ordinal);
        var other = after.OfType<JsonObject>().ToDictionary(NameOf, StringComparer.Ordinal);
        foreach (var (name, entry) in one)
        {
            if (other.TryGetValue(name, out var counterpart))
            {
                Compare([.. path, name], entry, counterpart);
            }
            else
            {
                _changes.Add(new SettingChange([.. path, name], Summary(entry), null));
            }
        }

        _changes.AddRange(other.Where(o => !one.ContainsKey(o.Key)).Select(o => new SettingChange([.. path, o.Key], null, Summary(o.Value))));
        var (order, newOrder) = (one.Keys.Where(other.ContainsKey), other.Keys.Where(one.ContainsKey));
        if (path.Length > 1 && !order.SequenceEqual(newOrder))
        {
            _changes.Add(new SettingChange(path, string.Join(", ", order), string.Join(", ", newOrder)));
        }
    }

    private void CompareContent(string[] path, string file)
    {
        if (_before.Files.GetValueOrDefault(file) != _after.Files.GetValueOrDefault(file))
        {
            _changes.Add(new SettingChange(path, file, file) { IsContent = true });
        }
    }

    private static bool HasNames(JsonArray list) => list.All(entry => entry is JsonObject thing && thing.ContainsKey(Name));

    private static string NameOf(JsonObject entry) => entry[Name]!.GetValue<string>();

    private static string Summary(JsonObject entry) =>
        Telling.Where(entry.ContainsKey).Select(key => TextOf(entry[key])).FirstOrDefault() ?? TextOf(entry);

    private static string TextOf(JsonNode? node) => node switch
    {
        null => "none",
        JsonArray { Count: 0 } => "none",
        JsonArray list when HasNames(list) => string.Join(", ", list.OfType<JsonObject>().Select(NameOf)),
        JsonArray list => string.Join(", ", list.Select(TextOf)),
        JsonObject section => $"{{ {string.Join(", ", section.Where(s => s.Value is not null).Select(s => $"{s.Key}: {TextOf(s.Value)}"))} }}",
        _ => node.ToString(),
    };
}
