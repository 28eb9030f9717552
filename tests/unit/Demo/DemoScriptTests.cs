using ApiLb.Demo;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class DemoScriptTests
{
    [Fact]
    public void Steps_AreReadAndSortedByTime()
    {
        Assert.True(DemoScript.Parse("5s revive cp1; 2s kill cp1;1m30s freeze cp3 ;").TryGet(out var script, out _));

        Assert.Equal(
            [
                (TimeSpan.FromSeconds(2), new DemoStep(DemoAction.Kill, "cp1")),
                (TimeSpan.FromSeconds(5), new DemoStep(DemoAction.Revive, "cp1")),
                (TimeSpan.FromSeconds(90), new DemoStep(DemoAction.Freeze, "cp3")),
            ],
            script.Steps);
    }

    [Theory]
    [InlineData("kill cp1", "is not a step")]
    [InlineData("2s kill cp1 now", "is not a step")]
    [InlineData("2 kill cp1", "has no unit")]
    [InlineData("2s shoot cp1", "\"shoot\" is not a verb; allowed: kill, freeze, drain, revive")]
    [InlineData("2s kill cp9", "\"cp9\" is not a stand-in; allowed: cp1, cp2, cp3")]
    public void WrongStep_SaysWhatIsAllowed(string text, string expected)
    {
        Assert.False(DemoScript.Parse(text).TryGet(out _, out var problem));

        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }
}
