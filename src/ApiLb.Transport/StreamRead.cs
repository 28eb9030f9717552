namespace ApiLb.Transport;

/// <summary>What comes out of a <see cref="StreamSocket"/>.</summary>
internal sealed class StreamRead(StreamSocket owner, StreamWrite write) : StreamOperation(owner)
{
    /// <summary>The peer has sent FIN or RST: epoll tells of that once, so only a read that finds the end says that nothing is left.</summary>
    public bool HasPeerFinished { get; set; }

    /// <summary>Nothing will come any more.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>An empty buffer asks for nothing but the moment when there are bytes: that takes no system call, and no buffer while it waits.</summary>
    public override unsafe bool TryRun(int fd, ref Memory<byte> rest, out int result)
    {
        result = 0;
        if (!IsReady || rest.IsEmpty)
        {
            return IsReady;
        }

        fixed (byte* p = rest.Span)
        {
            result = Native.Receive(fd, p, rest.Length, 0);
        }

        Totals?.Add(Shard, toBackend: 0, toClient: Math.Max(result, 0));

        // With edge triggering a short read means that epoll will tell when there is more; after the peer's end it will not.
        IsReady = result is not -Errno.Again && (result == rest.Length || result <= 0 || HasPeerFinished);
        HasEnded |= result == 0;
        return result is not -Errno.Again;
    }

    /// <summary>
    /// A write that fails says nothing about what the peer sent before: that is still read. But the kernel has told of a reset with it, and
    /// the end that reading comes to then is none: what ends with its connection would look whole (RFC 9112, 8).
    /// </summary>
    public override Exception? FailureOf(int result) => base.FailureOf(result) ?? (HasEnded ? write.Failure : null);
}
