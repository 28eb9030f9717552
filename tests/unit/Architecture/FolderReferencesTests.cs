using System.Text.RegularExpressions;
using Xunit;

namespace ApiLb.UnitTests.Architecture;

/// <summary>Holds the references between the folders of src/ApiLb against the picture of the house.</summary>
public sealed partial class FolderReferencesTests
{
    private static readonly IReadOnlyList<string> Known = [.. House.Allowed.Keys];

    [Fact]
    public void EveryFolder_StandsInTheHouse()
    {
        var folders = SourceFile.OfApiLb.Select(PlaceOf).Distinct();

        Assert.Empty(folders.Except(Known));
    }

    [Fact]
    public void EveryReference_IsInTheTable()
    {
        var forbidden = from file in SourceFile.OfApiLb
                        from target in ReferencesOf(file)
                        where target != PlaceOf(file) && !House.Allowed[PlaceOf(file)].Contains(target)
                        select $"{file}: {PlaceOf(file)} may not refer to {target}";

        Assert.Empty(forbidden);
    }

    [Fact]
    public void Transport_KnowsNothingOfTheRest()
    {
        var forbidden = SourceFile.OfTransport.SelectMany(f => ReferencesOf(f).Where(r => r != House.Transport).Select(r => $"{f}: {r}"));

        Assert.Empty(forbidden);
    }

    [Fact]
    public void NoArrowOfTheTable_RunsUp()
    {
        var up = from row in House.Allowed
                 from target in row.Value
                 where House.FloorOf(target) < House.FloorOf(row.Key)
                 select $"{row.Key} -> {target}";

        Assert.Empty(up);
    }

    [Fact]
    public void SidewaysArrows_AreTheKnownOnes()
    {
        var sideways = from row in House.Allowed
                       from target in row.Value
                       where House.FloorOf(target) == House.FloorOf(row.Key)
                       select $"{row.Key} -> {target}";

        Assert.Equal(["Admin -> Balancing", "Admin -> Etcd", "Admin -> Operators", "Admin -> Telemetry", "Admission -> Telemetry", "Etcd -> Probing", "Telemetry -> Etcd"], sideways.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("using ApiLb.Backends;", "Backends")]
    [InlineData("using static ApiLb.Tcp.Thing;", "Tcp")]
    [InlineData("using Place = ApiLb.Health.HealthState;", "Health")]
    [InlineData("using ApiLb.Configuration.Values;", "Configuration")]
    [InlineData("x = new global::ApiLb.Admin.Thing();", "Admin")]
    [InlineData("await using var daemon = new Daemon(options);", "Daemon")]
    [InlineData("var status = Backends.PoolSnapshot.TierOf(b);", "Backends")]
    [InlineData("var status = backend.Backends.Count;", "")]
    [InlineData("new DaemonStatus();", "")]
    public void References_AreFoundHoweverTheyAreWritten(string code, string expected) =>
        Assert.Equal(expected, string.Join(' ', ReferencesIn(code)));

    private static IEnumerable<string> ReferencesOf(SourceFile file) => ReferencesIn(file.Code);

    private static IEnumerable<string> ReferencesIn(string code) =>
        Namespaces().Matches(code).Select(m => m.Groups[1].Value)
            .Concat(Roots().Matches(code).Select(_ => House.Root))
            .Concat(Shortened(code))
            .Distinct()
            .Where(Known.Contains);

    /// <summary>Inside of namespace ApiLb, <c>Backends.Backend</c> is a reference too: when the right side is one of its files.</summary>
    private static IEnumerable<string> Shortened(string code) =>
        from match in Dotted().Matches(code)
        where SourceFile.OfApiLb.Any(f => f.Folder == match.Groups[1].Value && f.TypeName == match.Groups[2].Value)
        select match.Groups[1].Value;

    private static string PlaceOf(SourceFile file) => file.Folder.Length > 0 ? file.Folder : file.TypeName == House.Program ? House.Program : House.Root;

    [GeneratedRegex(@"\bApiLb\.([A-Z]\w*)")]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"(?<![\w.])(?:Daemon|DaemonHost)\b(?=[\s(.>])")]
    private static partial Regex Roots();

    [GeneratedRegex(@"(?<![\w.])([A-Z]\w*)\.([A-Z]\w*)")]
    private static partial Regex Dotted();
}
