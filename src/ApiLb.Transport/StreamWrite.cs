namespace ApiLb.Transport;

/// <summary>What goes into a <see cref="StreamSocket"/>.</summary>
internal sealed class StreamWrite(StreamSocket owner) : StreamOperation(owner)
{
    public override unsafe bool TryRun(int fd, ref Memory<byte> rest, out int result)
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

        rest = rest[Math.Max(result, 0)..];
        IsReady = rest.IsEmpty;
        return IsReady;
    }
}
