using System.Text.Json;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

/// <summary>A setting exists in the options, the binders, the schema and the documentation, or the build fails.</summary>
public sealed class SettingsInFourPlacesTests
{
    private static readonly string[] Expected = Paths(SettingKeys.OfOptions());

    [Fact]
    public void Options_AreMany() => Assert.True(Expected.Length >= 25);

    [Fact]
    public void Binders_KnowEveryOption() => Assert.Equal(Expected, Paths(SettingKeys.OfBinders()));

    [Fact]
    public void Schema_KnowsEveryOption() => Assert.Equal(Expected, Paths(SettingKeys.OfSchema()));

    [Fact]
    public void Documentation_KnowsEveryOption() => Assert.Equal(Expected, Paths(SettingKeys.OfDocumentation()));

    [Fact]
    public void Schema_HasTheDefaultsOfTheOptions() => Assert.Equal(Defaults(SettingKeys.OfOptions()), Defaults(SettingKeys.OfSchema()));

    [Fact]
    public void Documentation_HasTheDefaultsOfTheOptions() => Assert.Equal(Defaults(SettingKeys.OfOptions()), Defaults(SettingKeys.OfDocumentation()));

    [Fact]
    public void Schema_AllowsTheWordsOfTheEnums()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(RepositoryFolder.PathTo("configs", "apilb.schema.json")));

        Assert.Equal(Choice.Words<ListenerProtocol>(), Words(schema, "listener", "protocol"));
        Assert.Equal(Choice.Words<BadHelloAction>(), Words(schema, "listener", "onBadHello"));
        Assert.Equal(Choice.Words<ConnectionLogging>(), Words(schema, "listener", "logConnections"));
        Assert.Equal(Choice.Words<RequestLogging>(), Words(schema, "listener", "logRequests"));
        Assert.Equal(Choice.Words<ClientCertificates>(), Words(schema, "listenerTls", "clientCertificates"));
        Assert.Equal(Choice.Words<UpstreamProtocol>(), Words(schema, "upstream", "protocol"));
        Assert.Equal(Choice.Words<BalancePolicy>(), Words(schema, "pool", "balance"));
        Assert.Equal(Choice.Words<ControlPlaneSource>(), Words(schema, "kubernetesDiscovery", "source"));
        Assert.Equal(Choice.Words<HealthCheckType>(), Words(schema, "health", "type"));
    }

    private static IEnumerable<string?> Words(JsonDocument schema, string section, string key) =>
        schema.RootElement.GetProperty("$defs").GetProperty(section).GetProperty("properties").GetProperty(key)
            .GetProperty("enum").EnumerateArray().Select(word => word.GetString());

    private static string[] Paths(IEnumerable<Setting> settings) => [.. settings.Select(setting => setting.Path).Order(StringComparer.Ordinal)];

    private static string[] Defaults(IEnumerable<Setting> settings) =>
        [.. settings.Where(setting => setting.Default is not null)
            .Select(setting => $"{setting.Path} = {InOneSpelling(setting.Default!)}").Order(StringComparer.Ordinal)];

    private static string InOneSpelling(string value) => Duration.Parse(value).TryGet(out var duration, out _) ? Duration.Format(duration) : value;
}
