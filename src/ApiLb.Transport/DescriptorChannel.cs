namespace ApiLb.Transport;

/// <summary>
/// One end of a pair of sockets between two processes of this host. Messages arrive whole and in order, each with at most one
/// descriptor. One thread may send while another receives. Owns its descriptor.
/// </summary>
internal sealed class DescriptorChannel : IDisposable
{
    /// <summary>In bytes.</summary>
    public const int LongestMessage = 65536;

    private int _isClosed;

    private DescriptorChannel(int fd) => Fd = fd;

    public int Fd { get; }

    /// <summary>Both ends; no child gets either of them.</summary>
    /// <exception cref="IOException">There are no descriptors left.</exception>
    public static (DescriptorChannel Ours, DescriptorChannel Theirs) CreatePair()
    {
        var result = NativeMessages.Pair(out var first, out var second);
        return result < 0
            ? throw new IOException($"no pair of sockets can be had (errno {-result}).")
            : (new DescriptorChannel(first), new DescriptorChannel(second));
    }

    /// <summary>An end that another process has passed.</summary>
    /// <returns>Null when there is no such descriptor.</returns>
    public static DescriptorChannel? Adopt(int fd) => NativeMessages.SetInherited(fd, false) < 0 ? null : new DescriptorChannel(fd);

    /// <summary>
    /// Programs that are started get this descriptor too. .NET then takes a socket for one that another process shares, and
    /// does not shut it down when it closes it.
    /// </summary>
    public static void Share(int fd) => _ = NativeMessages.SetInherited(fd, true);

    /// <summary>Sends a message.</summary>
    /// <param name="message">1 to <see cref="LongestMessage"/> bytes.</param>
    /// <param name="descriptor">Given along with it, a copy: the caller keeps its own. Below zero: none.</param>
    /// <param name="patience">How long to wait while the other end does not read.</param>
    /// <returns>False when the other end is closed, or has not read for so long.</returns>
    public bool Send(ReadOnlySpan<byte> message, int descriptor, TimeSpan patience)
    {
        var sent = NativeMessages.Send(Fd, message, descriptor);
        if (sent == -Errno.Again && NativeMessages.WaitToSend(Fd, patience) > 0)
        {
            sent = NativeMessages.Send(Fd, message, descriptor);
        }

        return sent == message.Length;
    }

    /// <summary>Takes the next message.</summary>
    /// <param name="buffer">Of <see cref="LongestMessage"/> bytes.</param>
    /// <param name="patience">How long to wait for it.</param>
    /// <param name="descriptor">What came with it, owned by the caller; below zero: nothing.</param>
    /// <returns>Its length; 0 when the other end is closed; null when none came in time.</returns>
    public int? Receive(Span<byte> buffer, TimeSpan patience, out int descriptor)
    {
        descriptor = -1;
        if (NativeMessages.WaitToReceive(Fd, patience) <= 0)
        {
            return null;
        }

        var length = NativeMessages.Receive(Fd, buffer, out descriptor);
        return length switch
        {
            >= 0 => length,
            -Errno.Again or -Errno.Interrupted => null,
            _ => 0,
        };
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            Native.Close(Fd);
        }
    }
}
