using Xunit;

namespace ApiLb.BehaviourTests.Rows;

/// <summary>The table itself: complete, and as docs/behaviours.md has it.</summary>
public sealed class TableTests
{
    private const int Behaviours = 72;

    [Fact]
    public void EveryBehaviour_HasARow() =>
        Assert.Equal(Enumerable.Range(1, Behaviours), TableRow.All.Select(row => row.Row.Number).Distinct().Order());

    [Fact]
    public async Task EveryRow_StandsInTheDocument()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Prerequisites.Repository, "docs/behaviours.md"));

        Assert.All(TableRow.All, row => Assert.Contains($"| {row.Row.Stimulus} | {row.Row.Expected} |", page, StringComparison.Ordinal));
    }
}
