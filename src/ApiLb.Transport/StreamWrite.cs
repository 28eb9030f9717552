namespace ApiLb.Transport;

/// <summary>What goes into a <see cref="StreamSocket"/>.</summary>
/// <remarks>
/// A small write of the reactor's own thread is held until the end of the round. Each send wakes whoever sleeps at the other end, on another core
/// most likely; those of a whole round one after the other find their readers awake. A fifth of what a request of an HTTP listener costs
/// was waking them one by one (docs/decisions/0011).
/// </remarks>
internal sealed class StreamWrite(StreamSocket owner) : StreamOperation(owner)
{
    private HeldBytes _held;

    /// <summary>Something is held.</summary>
    public bool Holds => !_held.IsEmpty;

    /// <summary>Takes a write whole, until the owner goes on at the end of the round.</summary>
    /// <returns>False: this is another thread, or it is too large, or something stands in its way.</returns>
    public bool TryHold(ReadOnlySpan<byte> bytes, Reactor reactor)
    {
        var isFirst = !Holds;
        if (!reactor.IsCurrentThread || !IsReady || bytes.IsEmpty || !_held.TryAdd(bytes))
        {
            return false;
        }

        if (isFirst)
        {
            reactor.Defer(Owner);
        }

        return true;
    }

    /// <summary>Sends what is held, as far as it can be done now.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="result">0, or a negated errno.</param>
    /// <returns>False: some is left, and must wait.</returns>
    public bool TryFlush(int fd, out int result)
    {
        var rest = _held.Rest;
        var isOver = TrySend(fd, ref rest, out result);
        _held.Keep(isOver ? 0 : rest.Length);
        return isOver;
    }

    /// <summary>Gives up what is held after one more attempt to send it.</summary>
    /// <returns>What the kernel did not take; null: nothing is left.</returns>
    public byte[]? TakeHeld(int fd)
    {
        var rest = TryFlush(fd, out _) ? null : _held.Rest.ToArray();
        _held.Keep(0);
        return rest;
    }

    public override bool TryRun(int fd, ref Memory<byte> rest, out int result) => TryFlush(fd, out result) && (result < 0 || TrySend(fd, ref rest, out result));

    private unsafe bool TrySend(int fd, ref Memory<byte> rest, out int result)
    {
        result = 0;
        if (rest.IsEmpty)
        {
            return true;
        }

        if (!IsReady)
        {
            return false;
        }

        fixed (byte* p = rest.Span)
        {
            result = Native.Send(fd, p, rest.Length);
        }

        if (result is < 0 and not -Errno.Again)
        {
            return true;
        }

        var sent = Math.Max(result, 0);
        Totals?.Add(Shard, toBackend: sent, toClient: 0);
        rest = rest[sent..];
        IsReady = rest.IsEmpty;
        result = 0;
        return IsReady;
    }
}
