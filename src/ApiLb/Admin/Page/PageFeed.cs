using Microsoft.Extensions.Logging;

namespace ApiLb.Admin.Page;

/// <summary>
/// Renders the page for all who look, once a second, and not at all while nobody does. Run once; anyone asks. Whoever asks
/// while a frame is made waits for it and gets the same.
/// </summary>
/// <param name="render">Makes the next frame of the last one.</param>
/// <param name="time">For intervals.</param>
/// <param name="logger">Told when rendering fails.</param>
/// <param name="stop">The end of everything: subscriptions end with it, however slowly their clients read.</param>
internal sealed partial class PageFeed(Func<PageFrame?, PageFrame> render, TimeProvider time, ILogger logger, CancellationToken stop) : IDisposable
{
    /// <summary>A quarter of the connections that admin.listen takes: the rest is for scrapers and health checks.</summary>
    public const int MostSubscriptions = 16;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<PageSubscription> _subscriptions = [];
    private readonly SemaphoreSlim _wanted = new(0);
    private PageFrame? _frame;
    private long _renderedAt;
    private bool _isOver;
    private bool _hasFailed;

    /// <summary>A frame that is not older than the interval, so that a flood of requests costs one rendering a second.</summary>
    public PageFrame Current()
    {
        lock (_lock)
        {
            return _frame is not null && time.GetElapsedTime(_renderedAt) < Interval ? _frame : RenderNext();
        }
    }

    /// <returns>Null when there are as many as there may be, or the daemon stops. Dispose it.</returns>
    public PageSubscription? TrySubscribe()
    {
        lock (_lock)
        {
            if (_isOver || _subscriptions.Count >= MostSubscriptions)
            {
                return null;
            }

            var subscription = new PageSubscription(this, time, stop);
            _subscriptions.Add(subscription);
            if (_subscriptions.Count == 1)
            {
                _wanted.Release();
            }

            return subscription;
        }
    }

    public void Unsubscribe(PageSubscription subscription)
    {
        lock (_lock)
        {
            _subscriptions.Remove(subscription);
        }
    }

    public async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            if (!TryPublish())
            {
                await _wanted.WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        lock (_lock)
        {
            _isOver = true;
            _subscriptions.ForEach(s => s.End());
        }
    }

    public void Dispose() => _wanted.Dispose();

    /// <returns>False when nobody looks.</returns>
    private bool TryPublish()
    {
        lock (_lock)
        {
            if (_subscriptions.Count == 0)
            {
                return false;
            }

            if (TryRenderNext() is { } frame)
            {
                _subscriptions.ForEach(s => s.Offer(frame));
            }

            return true;
        }
    }

    /// <returns>Null when it failed: a mistake in the page must not end the loop, and with it the daemon's orderly stop.</returns>
    private PageFrame? TryRenderNext()
    {
        try
        {
            var frame = RenderNext();
            _hasFailed = false;
            return frame;
        }
        catch (Exception e)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                Log.CannotRender(logger, e);
            }

            return null;
        }
    }

    private PageFrame RenderNext()
    {
        _frame = render(_frame);
        _renderedAt = time.GetTimestamp();
        return _frame;
    }

    private static partial class Log
    {
        [LoggerMessage(13, LogLevel.Error, "Admin: the status page cannot be rendered; tried again every second.")]
        public static partial void CannotRender(ILogger logger, Exception exception);
    }
}
