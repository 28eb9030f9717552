using System.Net;
using ApiLb.Demo;
using ApiLb.Demo.Load;
using ApiLb.Demo.View;
using ApiLb.Health;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class DemoFrameTests : IDisposable
{
    private readonly DemoDirectory _directory = new();

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(70, 20)]
    [InlineData(62, 17)]
    public void Frame_FitsTheScreen(int width, int height)
    {
        var lines = Draw(width, height, Busy());

        Assert.InRange(lines.Length, 1, height);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
    }

    [Fact]
    public void Frame_ShowsEachBackendAndWhyItIsOut()
    {
        var lines = Draw(80, 24, Busy());

        Assert.Contains(lines, l => l.StartsWith(" 1 cp1    127.0.0.11:16443  ready", StringComparison.Ordinal) && l.EndsWith('█'));
        Assert.Contains(lines, l => l.Contains("cp2", StringComparison.Ordinal) && l.EndsWith("connection refused", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("not ready", StringComparison.Ordinal) && l.EndsWith('…'));
    }

    [Fact]
    public void Frame_EndsWithTheKeys() => Assert.Equal(" the keys", Draw(80, 24, Busy())[^1]);

    [Fact]
    public void Frame_ShowsTheNewestEvents()
    {
        var lines = Draw(80, 24, Busy());

        Assert.Contains(lines, l => l.Contains("event 30", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, l => l.Contains("event 2 ", StringComparison.Ordinal));
    }

    [Fact]
    public void Frame_WithoutColours_HasNoEscapes() =>
        Assert.DoesNotContain(Draw(80, 24, Busy()), line => line.Contains('\e', StringComparison.Ordinal));

    public void Dispose() => _directory.Dispose();

    private string[] Draw(int width, int height, DemoSnapshot snapshot)
    {
        var access = new DemoAccess(new IPEndPoint(IPAddress.Loopback, 6443), new IPEndPoint(IPAddress.Loopback, 8404), _directory);
        var events = Enumerable.Range(1, 30).Select(i => new DemoEvent(TimeSpan.FromSeconds(i), $"event {i} {new string('x', 200)}", i == 30));
        var frame = DemoFrame.Draw(snapshot, [.. events], access, "the keys", width, height);
        return [.. LiveScreen.Render(frame, width, hasColours: false).TrimEnd('\n').Split('\n').Select(l => l.TrimEnd())];
    }

    private static DemoSnapshot Busy() => new()
    {
        Elapsed = TimeSpan.FromMinutes(123),
        Backends =
        [
            Backend("cp1", HealthStatus.Ready, "HTTP 200", 150),
            Backend("cp2", HealthStatus.Dead, "connection refused", 0),
            Backend("cp3", HealthStatus.NotReady, "TLS handshake not answered in time, and more", 49.5),
        ],
        Load = new LoadSnapshot { Answered = 123_456, Failed = 12, Cut = 7, WatchesOpen = 9, WatchesMoved = 1234 },
    };

    private static DemoBackend Backend(string name, HealthStatus status, string cause, double perSecond) => new()
    {
        Name = name,
        Address = $"127.0.0.1{name[2]}:16443",
        Status = status,
        Cause = cause,
        Open = 400,
        Total = 123_456,
        PerSecond = perSecond,
    };
}
