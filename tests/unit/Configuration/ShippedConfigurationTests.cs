using System.Text;
using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

/// <summary>The files that we hand to operators. They name /etc/apilb/ca.crt, which is not there: hence Parse, not LoadAsync.</summary>
public sealed class ShippedConfigurationTests
{
    private static readonly string DefaultFile = RepositoryFolder.PathTo("configs", "apilb.yaml");

    public static TheoryData<string> Files() =>
        [.. new[] { RepositoryFolder.PathTo("configs"), RepositoryFolder.PathTo("configs", "examples") }
            .SelectMany(folder => Directory.GetFiles(folder, "*.yaml"))
            .Where(file => File.ReadAllText(file).Contains("apilb.schema.json", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(RepositoryFolder.Root, file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_HasNoErrorsAndNoWarnings(string file)
    {
        var result = ConfigurationFile.Parse(file, File.ReadAllBytes(RepositoryFolder.PathTo(file)));

        Assert.Empty(ConfigurationReport.Lines(result));
        Assert.True(result.IsValid);
    }

    [Fact]
    public void DefaultFileAndThreeExamples_AreThere() => Assert.True(Files().Count >= 4);

    [Fact]
    public void DefaultFile_SaysWhatItHolds() =>
        Assert.Equal("configs/apilb.yaml: OK: 1 listener, 1 pool, 3 backends", ConfigurationReport.Summary(Parse(File.ReadAllText(DefaultFile))));

    [Fact]
    public void SettingsInComments_AreTheDefaults()
    {
        var asShipped = Parse(File.ReadAllText(DefaultFile)).Options!;
        var uncommented = Parse(Uncommented()).Options!;

        var (expected, actual) = (asShipped.Pools[0], uncommented.Pools[0]);
        Assert.Equal(expected.Balance, actual.Balance);
        Assert.Equal(expected.Health, actual.Health with { ServerName = null, ClientCertificateFile = null, ClientKeyFile = null });
        Assert.Equal(expected.Connect, actual.Connect);
        Assert.Equal(expected.Timeouts, actual.Timeouts);
        Assert.Equal(asShipped.Listeners[0].FirstFlightTimeout, uncommented.Listeners[0].FirstFlightTimeout);
        Assert.Null(asShipped.Etcd);
        Assert.Equal((new EtcdOptions().Interval, new EtcdOptions().Timeout), (uncommented.Etcd!.Interval, uncommented.Etcd.Timeout));
        Assert.Equal(asShipped.Admin, uncommented.Admin);
        Assert.Equal(asShipped.Shutdown, uncommented.Shutdown);
    }

    [Fact]
    public void EverySetting_IsInTheDefaultFile()
    {
        var keys = SettingKeys.OfOptions().Select(setting => setting.Path.Split('.')[^1] + ":");

        Assert.All(keys, key => Assert.Contains(key, File.ReadAllText(DefaultFile), StringComparison.Ordinal));
    }

    private static string Uncommented() =>
        string.Join('\n', File.ReadAllLines(DefaultFile).Select(line =>
        {
            var hash = line.IndexOf('#', StringComparison.Ordinal);
            return hash >= 0 && hash + 1 < line.Length && char.IsAsciiLetter(line[hash + 1]) && string.IsNullOrWhiteSpace(line[..hash])
                ? line.Remove(hash, 1)
                : line;
        }));

    private static ConfigurationResult Parse(string yaml) => ConfigurationFile.Parse("configs/apilb.yaml", Encoding.UTF8.GetBytes(yaml));
}
