using ApiLb.Fuzzing;
using Xunit;

namespace ApiLb.UnitTests.Fuzzing;

/// <summary>The first of the inputs that <c>tests/benchmarks fuzz</c> tries by the million, and those that it found worth keeping.</summary>
public sealed class FuzzedParserTests
{
    private const int Seed = 1;

    public static TheoryData<string> Parsers => [.. FuzzRun.Parsers.Select(parser => parser.Name)];

    public static TheoryData<string> Targets => [.. FuzzRun.Targets.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void ManyInputs_FindNothing(string name)
    {
        var parser = FuzzRun.Parsers.Single(parser => parser.Name == name);
        FuzzRun.Run(parser, Seed, first: 0, parser.NormalInputs);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void SeedsAndCorpus_FindNothing(string name)
    {
        var target = FuzzRun.Targets.Single(target => target.Name == name);
        Assert.All(target.Target.Seeds.Concat(FuzzCorpus.Of(name).Select(f => f.Content)), target.Try);
    }

    [Fact]
    public void Corpus_BelongsToTargets() =>
        Assert.Subset(
            FuzzRun.Targets.Select(t => t.Name).ToHashSet(),
            Directory.EnumerateDirectories(FuzzCorpus.PathTo("tests", "fuzzing", "corpus")).Select(f => Path.GetFileName(f)!).ToHashSet());
}
