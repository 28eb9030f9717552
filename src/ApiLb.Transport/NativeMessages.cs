using System.Runtime.InteropServices;

namespace ApiLb.Transport;

/// <summary>
/// The system calls with which one process of this host gives descriptors to another (unix(7), SCM_RIGHTS). As in
/// <see cref="Native"/> an error is a negated errno.
/// </summary>
internal static unsafe partial class NativeMessages
{
    private const int SockSeqPacket = 5;
    private const int SockCloseOnExec = 0x80000;
    private const int ScmRights = 1;
    private const int MsgDontWait = 0x40;
    private const int MsgCloseOnExec = 0x40000000;
    private const int FcntlSetDescriptor = 2;
    private const int CloseOnExec = 1;
    private const short PollIn = 1;
    private const short PollOut = 4;

    /// <summary>struct cmsghdr with one descriptor, and what aligns the next.</summary>
    private const int ControlLength = 24;

    /// <summary>CMSG_LEN of one descriptor.</summary>
    private const int OneDescriptor = 20;

    public static int Pair(out int first, out int second)
    {
        var ends = stackalloc int[2];
        var result = Result(socketpair(Native.AfUnix, SockSeqPacket | SockCloseOnExec, 0, ends));
        first = ends[0];
        second = ends[1];
        return result;
    }

    /// <summary>Programs that this process starts get the descriptor, or not.</summary>
    public static int SetInherited(int fd, bool isInherited) => Result(fcntl(fd, FcntlSetDescriptor, isInherited ? 0 : CloseOnExec));

    public static int WaitToReceive(int fd, TimeSpan patience) => Wait(fd, PollIn, patience);

    public static int WaitToSend(int fd, TimeSpan patience) => Wait(fd, PollOut, patience);

    /// <summary>Sends one message without waiting.</summary>
    /// <param name="fd">Of the socket.</param>
    /// <param name="message">At least one byte.</param>
    /// <param name="descriptor">Goes with it; below zero: none.</param>
    public static int Send(int fd, ReadOnlySpan<byte> message, int descriptor)
    {
        var control = stackalloc long[ControlLength / sizeof(long)];
        fixed (byte* bytes = message)
        {
            var part = new Part { Base = bytes, Length = (nuint)message.Length };
            var header = new Header { Parts = &part, PartCount = 1 };
            if (descriptor >= 0)
            {
                control[0] = OneDescriptor;
                ((int*)control)[2] = Native.SolSocket;
                ((int*)control)[3] = ScmRights;
                ((int*)control)[4] = descriptor;
                header.Control = control;
                header.ControlLength = ControlLength;
            }

            return Result((int)sendmsg(fd, &header, MsgDontWait | Native.MsgNoSignal));
        }
    }

    /// <summary>Takes one message without waiting.</summary>
    /// <param name="fd">Of the socket.</param>
    /// <param name="buffer">Longer than any message.</param>
    /// <param name="descriptor">What came with it, which no child gets; below zero: nothing.</param>
    /// <returns>Its length; 0: the other end is closed.</returns>
    public static int Receive(int fd, Span<byte> buffer, out int descriptor)
    {
        var control = stackalloc long[ControlLength / sizeof(long)];
        fixed (byte* bytes = buffer)
        {
            var part = new Part { Base = bytes, Length = (nuint)buffer.Length };
            var header = new Header { Parts = &part, PartCount = 1, Control = control, ControlLength = ControlLength };
            var length = Result((int)recvmsg(fd, &header, MsgDontWait | MsgCloseOnExec));
            var hasDescriptor = length >= 0 && header.ControlLength >= OneDescriptor && ((int*)control)[3] == ScmRights;
            descriptor = hasDescriptor ? ((int*)control)[4] : -1;
            return length;
        }
    }

    private static int Wait(int fd, short events, TimeSpan patience)
    {
        var entry = new PollEntry { Fd = fd, Events = events };
        return Result(poll(&entry, 1, (int)patience.TotalMilliseconds));
    }

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int fd, Header* header, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int fd, Header* header, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, int argument);

    /// <summary>struct iovec.</summary>
    private struct Part
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr on 64 bits.</summary>
    private struct Header
    {
        public void* Name;
        public ulong NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct pollfd.</summary>
    private struct PollEntry
    {
        public int Fd;
        public short Events;
        public short Happened;
    }
}
