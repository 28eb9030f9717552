using ApiLb.Fuzzing;
using Xunit;

namespace ApiLb.UnitTests.Fuzzing;

/// <summary>The first of the inputs that <c>tests/benchmarks fuzz</c> tries by the million.</summary>
public sealed class FuzzedParserTests
{
    public static TheoryData<string> Parsers => [.. FuzzRun.Parsers.Select(parser => parser.Name)];

    [Theory]
    [MemberData(nameof(Parsers))]
    public void HundredThousandInputs_FindNothing(string name) =>
        FuzzRun.Run(FuzzRun.Parsers.Single(parser => parser.Name == name), seed: 1, first: 0, inputs: 100_000);
}
