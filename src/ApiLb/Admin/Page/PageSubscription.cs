using System.Text;
using System.Threading.Channels;

namespace ApiLb.Admin.Page;

/// <summary>
/// One browser that looks. What waits for it is one frame, the newest: a browser that reads slowly skips what it would not have
/// seen anyway, and one that does not read at all is given up. <see cref="PageFeed"/> offers; one reader.
/// </summary>
internal sealed class PageSubscription(PageFeed feed, TimeProvider time, CancellationToken stop) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How soon the browser asks again when the stream ends, as it does at a restart, and whether its page is of this version.</summary>
    private static readonly byte[] Greeting = Encoding.UTF8.GetBytes($"retry: 1000\n\nevent: version\ndata: {PageAssets.Version}\n\n");

    private readonly Channel<PageFrame> _newest = Channel.CreateBounded<PageFrame>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private long _seen;

    public void Offer(PageFrame frame) => _newest.Writer.TryWrite(frame);

    public void End() => _newest.Writer.TryComplete();

    /// <summary>Writes frames until the daemon stops.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="gone">The browser has left.</param>
    /// <exception cref="OperationCanceledException">It has left, does not read, or the daemon stops while it is written to.</exception>
    public async Task WriteAsync(Stream body, CancellationToken gone)
    {
        await WriteAsync(body, Greeting, gone);
        await foreach (var frame in _newest.Reader.ReadAllAsync(gone))
        {
            await WriteAsync(body, frame.EventSince(_seen), gone);
            _seen = frame.Number;
        }
    }

    public void Dispose() => feed.Unsubscribe(this);

    private async Task WriteAsync(Stream body, byte[] bytes, CancellationToken gone)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, gone, stop);
        await body.WriteAsync(bytes, any.Token);
        await body.FlushAsync(any.Token);
    }
}
