using System.Text;
using ApiLb.Admin.Page;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Admin.Page;

public sealed class PageFeedTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTime _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly PageFeed _feed;
    private int _rendered;
    private bool _isBroken;

    public PageFeedTests() => _feed = new PageFeed(Render, _time, NullLogger.Instance, _stop.Token);

    public void Dispose()
    {
        _feed.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Nobody_NothingIsRendered()
    {
        var running = _feed.RunAsync();

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(0, _rendered);
        await EndAsync(running);
    }

    [Fact]
    public async Task ManyLook_OneRenderingASecondForAll()
    {
        var running = _feed.RunAsync();
        using var one = _feed.TrySubscribe()!;
        using var two = _feed.TrySubscribe()!;
        await _time.TimersArmedAsync(1);

        _time.Advance(Second);
        await _time.TimersArmedAsync(1);

        Assert.Equal(2, _rendered);
        Assert.Equal(2, _feed.Current().Number);
        await EndAsync(running);
    }

    [Fact]
    public async Task LastOneLeaves_RenderingEnds()
    {
        var running = _feed.RunAsync();
        var subscription = _feed.TrySubscribe()!;
        await _time.TimersArmedAsync(1);
        subscription.Dispose();

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1, _rendered);
        await EndAsync(running);
    }

    [Fact]
    public async Task MistakeInThePage_EndsNeitherTheLoopNorTheStop()
    {
        _isBroken = true;
        var running = _feed.RunAsync();
        using var subscription = _feed.TrySubscribe()!;
        await _time.TimersArmedAsync(1);
        _isBroken = false;

        _time.Advance(Second);
        await _time.TimersArmedAsync(1);

        Assert.Equal(2, _rendered);
        Assert.Equal(1, _feed.Current().Number);
        await EndAsync(running);
    }

    [Fact]
    public void FloodOfRequests_IsOneRenderingASecond()
    {
        var frames = Enumerable.Range(0, 1000).Select(_ => _feed.Current()).ToList();
        _time.Advance(Second);
        var later = _feed.Current();

        Assert.Single(frames.Distinct());
        Assert.Equal(2, later.Number);
        Assert.Equal(2, _rendered);
    }

    [Fact]
    public void Places_AreBoundedAndComeBack()
    {
        List<PageSubscription> all = [.. Enumerable.Range(0, PageFeed.MostSubscriptions).Select(_ => _feed.TrySubscribe()!)];
        Assert.Null(_feed.TrySubscribe());

        all[3].Dispose();
        all[3].Dispose();

        Assert.NotNull(_feed.TrySubscribe());
        Assert.Null(_feed.TrySubscribe());
    }

    [Fact]
    public async Task SlowReader_SkipsToTheNewest()
    {
        using var subscription = _feed.TrySubscribe()!;
        PageFrame? frame = null;
        for (var i = 0; i < 100; i++)
        {
            frame = Render(frame);
            subscription.Offer(frame);
        }

        subscription.End();
        using MemoryStream body = new();
        await subscription.WriteAsync(body, CancellationToken.None);

        var text = Encoding.UTF8.GetString(body.ToArray());
        Assert.StartsWith("retry: 1000\n\nevent: version\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n\ndata: <div id=\"page\"><p>100</p></div>\n\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>99</p>", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_EndsEverySubscriptionAndTakesNoOther()
    {
        var running = _feed.RunAsync();
        using var subscription = _feed.TrySubscribe()!;
        using MemoryStream body = new();
        var writing = subscription.WriteAsync(body, CancellationToken.None);

        await EndAsync(running);

        await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System));
        Assert.True(writing.IsCompleted);
        Assert.Null(_feed.TrySubscribe());
    }

    [Fact]
    public async Task ReaderThatDoesNotRead_IsGivenUp()
    {
        using var subscription = _feed.TrySubscribe()!;
        using StuckStream body = new();
        var writing = subscription.WriteAsync(body, CancellationToken.None);
        Assert.False(writing.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(10));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    [Fact]
    public async Task Stop_DoesNotWaitForAReaderThatDoesNotRead()
    {
        using var subscription = _feed.TrySubscribe()!;
        using StuckStream body = new();
        var writing = subscription.WriteAsync(body, CancellationToken.None);

        await _stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private PageFrame Render(PageFrame? before)
    {
        _rendered++;
        if (_isBroken)
        {
            throw new InvalidOperationException("a mistake in the page");
        }

        return PageFrame.After(before, [("a", Html.Of($"<p>{(before?.Number ?? 0) + 1}</p>"))]);
    }

    private async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        await running;
    }
}
