using ApiLb.Admin;
using ApiLb.Cli;
using Xunit;

namespace ApiLb.UnitTests.Cli;

public sealed class TopFrameTests
{
    private static readonly DaemonStatus Status = new("0.1.0", 4711, DateTimeOffset.UnixEpoch, 60, true, [], [new PoolStatus("control-plane", "first", false, 0, 0, [])]);

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(62, 12)]
    public void Frame_FitsTheWindow(int width, int height)
    {
        var lines = Draw(width, height).Split('\n');

        Assert.InRange(lines.Length, 1, height);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
    }

    [Fact]
    public void LastEvents_AreShown()
    {
        var text = Draw(80, 24);

        Assert.Contains("event 99 of many", text, StringComparison.Ordinal);
        Assert.DoesNotContain("event 1 of many", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Problem_StandsWhereTheKeysAre() => Assert.EndsWith("the daemon is gone", Draw(80, 24, "the daemon is gone").TrimEnd(), StringComparison.Ordinal);

    private static string Draw(int width, int height, string problem = "")
    {
        var events = Enumerable.Range(0, 100).Select(i => new EventStatus(i, DateTimeOffset.UnixEpoch, "control-plane", "cp1", "state", $"event {i} of many {new string('x', 100)}")).ToList();
        return TopFrame.Draw(Status, events, problem, width, height, hasColours: false);
    }
}
