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
    public void FolderOfATest_IsNotNamed()
    {
        var folder = TestFolder.Create();
        try
        {
            var told = TestFolder.WithoutIn($"not trusted by {folder.FullName}/ca.crt (expired); unix:{folder.FullName}/a.sock; '{folder.FullName}' stays");

            Assert.Equal("not trusted by ca.crt (expired); unix:a.sock; 'the test's folder' stays", told);
        }
        finally
        {
            folder.Delete();
        }
    }

    [Fact]
    public async Task EveryRow_StandsInTheDocument()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Prerequisites.Repository, "docs/behaviours.md"));

        Assert.All(TableRow.All, row => Assert.Contains($"| {row.Row.Stimulus} | {row.Row.Expected} |", page, StringComparison.Ordinal));
    }
}
