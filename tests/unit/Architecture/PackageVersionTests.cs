using System.Text.RegularExpressions;
using System.Xml.Linq;
using ApiLb.UnitTests.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Architecture;

/// <summary>Which versions of packages are used does not depend on what their source offers today.</summary>
public sealed partial class PackageVersionTests
{
    [Fact]
    public void EveryVersion_IsExactAndStandsInOnePlace()
    {
        var central = XDocument.Load(RepositoryFolder.PathTo("Directory.Packages.props"));
        var versions = central.Descendants("PackageVersion").ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value);
        XDocument[] projects = [.. Projects().Select(XDocument.Load)];

        Assert.True(versions.Count > 10 && projects.Length > 8, $"found {versions.Count} versions and {projects.Length} projects");
        Assert.All(versions.Values, version => Assert.Matches(Exact(), version));
        Assert.Equal("true", central.Descendants("CentralPackageTransitivePinningEnabled").Single().Value);
        Assert.All(projects.SelectMany(p => p.Descendants("PackageReference")), reference =>
        {
            Assert.Null(reference.Attribute("Version") ?? reference.Attribute("VersionOverride"));
            Assert.Contains(reference.Attribute("Include")!.Value, versions.Keys);
        });
    }

    private static IEnumerable<string> Projects() =>
        new[] { "src", "tests" }.SelectMany(folder => Directory.EnumerateFiles(RepositoryFolder.PathTo(folder), "*.csproj", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal));

    [GeneratedRegex(@"^\d+(\.\d+){1,3}(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex Exact();
}
