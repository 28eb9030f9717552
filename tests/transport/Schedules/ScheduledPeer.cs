using System.Net.Sockets;
using Xunit;

namespace ApiLb.TransportTests.Schedules;

/// <summary>One side of a relay that follows a schedule, and the model of what it may see. Sending goes on in the background, in order.</summary>
/// <param name="peer">Its end of the connection.</param>
/// <param name="sends">The bytes that it sends, from the first on.</param>
/// <param name="gets">The bytes that the other side sends.</param>
internal sealed class ScheduledPeer(Peer peer, ReadOnlyMemory<byte> sends, ReadOnlyMemory<byte> gets)
{
    private readonly byte[] _chunk = new byte[64 * 1024];
    private Task _sending = Task.CompletedTask;
    private int _wanted;
    private int _read;

    /// <summary>How much it wanted to send so far.</summary>
    public int Wanted => _wanted;

    public bool HasFinished { get; private set; }

    public void Send(int count)
    {
        var part = sends.Slice(_wanted, count);
        _wanted += count;
        _sending = AfterAsync(_sending, () => peer.SendAsync(part));
    }

    public void Finish()
    {
        HasFinished = true;
        _sending = AfterAsync(_sending, () =>
        {
            peer.FinishSending();
            return Task.CompletedTask;
        });
    }

    public void Reset() => peer.Reset();

    /// <summary>Reads exactly so much, which the other side sends.</summary>
    public async Task ReadAsync(int count)
    {
        for (var end = _read + count; _read < end;)
        {
            var (length, ended) = await peer.ReadOnceAsync(_chunk.AsMemory(0, Math.Min(_chunk.Length, end - _read)));
            Assert.True(ended is null, $"{ended} after {_read} bytes, and {end} were sent");
            Take(length);
        }
    }

    /// <summary>Reads all that is left.</summary>
    /// <returns>How many bytes it got in all, and how the stream ended.</returns>
    public async Task<(int Total, StreamEnd End)> ReadToEndAsync()
    {
        while (true)
        {
            var (length, end) = await peer.ReadOnceAsync(_chunk);
            if (end is { } ended)
            {
                return (_read, ended);
            }

            Take(length);
        }
    }

    /// <summary>Waits until all that it wanted to send has been taken.</summary>
    /// <returns>False when a reset, its own or the other side's, ended that: the kernel tells of it once, and whoever reads then sees an end like any other.</returns>
    public async Task<bool> HasSentAsync()
    {
        try
        {
            await _sending.InTime();
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void Take(int length)
    {
        Assert.True(_read + length <= gets.Length && _chunk.AsSpan(0, length).SequenceEqual(gets.Span.Slice(_read, length)), $"other bytes than were sent, from {_read} on");
        _read += length;
    }

    private static async Task AfterAsync(Task before, Func<Task> nextAsync)
    {
        await before;
        await nextAsync();
    }
}
