using System.Text.Json.Nodes;
using ApiLb.Configuration;
using ApiLb.Configuration.Changes;
using Xunit;

namespace ApiLb.UnitTests.Configuration.Changes;

/// <summary>A setting that is compared under another name than the file's would be told to operators under that name.</summary>
public sealed class EverySettingTests
{
    /// <summary>What options hold beyond the file's keys: names are the keys of the file's sections.</summary>
    private static readonly string[] Unwritten = ["name"];

    [Fact]
    public void KeysOfTheTree_AreThoseOfTheShippedConfiguration()
    {
        var file = RepositoryFolder.PathTo("configs", "apilb.yaml");
        var options = ConfigurationFile.Parse(file, File.ReadAllBytes(file)).Options!;
        var schema = File.ReadAllText(RepositoryFolder.PathTo("configs", "apilb.schema.json"));

        var unknown = KeysIn(OptionsTree.Of(options)).Distinct().Except(Unwritten).Where(k => !schema.Contains($"\"{k}\"", StringComparison.Ordinal));

        Assert.Equal([], unknown.Where(k => !options.Pools.Any(p => p.Name == k) && !options.Listeners.Any(l => l.Name == k)));
    }

    private static IEnumerable<string> KeysIn(JsonNode? node) => node switch
    {
        JsonObject section => section.SelectMany(s => KeysIn(s.Value).Prepend(s.Key)),
        JsonArray list => list.SelectMany(KeysIn),
        _ => [],
    };
}
