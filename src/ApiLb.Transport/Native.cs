using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace ApiLb.Transport;

/// <summary>
/// The Linux system calls of the data plane. Every call answers with its result, or with the negated errno: an error of
/// the network is a value here, never an exception.
/// </summary>
internal static unsafe partial class Native
{
    public const int AfUnix = 1;
    public const int AfInet = 2;
    public const int AfInet6 = 10;

    public const int EpollIn = 0x1;
    public const int EpollOut = 0x4;
    public const int EpollErr = 0x8;
    public const int EpollHup = 0x10;
    public const int EpollRdHup = 0x2000;
    public const int EpollExclusive = 1 << 28;
    public const int EpollEdgeTriggered = 1 << 31;

    public const int SolSocket = 1;
    public const int SoReuseAddr = 2;
    public const int SoType = 3;
    public const int SoError = 4;
    public const int SoKeepAlive = 9;
    public const int SoLinger = 13;
    public const int SoAcceptConnections = 30;
    public const int IpProtoTcp = 6;
    public const int TcpNoDelay = 1;
    public const int TcpKeepIdle = 4;
    public const int TcpKeepInterval = 5;
    public const int TcpKeepCount = 6;
    public const int TcpDeferAccept = 9;
    private const int TcpInfo = 11;
    public const int SolIp = 0;
    public const int IpFreeBind = 15;
    public const int IpTransparent = 19;
    public const int IpBindAddressNoPort = 24;
    public const int SolIpv6 = 41;
    public const int Ipv6Only = 26;
    public const int Ipv6Transparent = 75;

    public const int MsgPeek = 0x2;
    public const int MsgTrunc = 0x20;
    public const int MsgNoSignal = 0x4000;

    public const int ShutWrite = 1;
    public const int SockStream = 1;

    private const int SockNonBlock = 0x800;
    private const int SockCloseOnExec = 0x80000;
    private const int EpollCtlAdd = 1;
    private const int EpollCtlDel = 2;
    private const int EpollCtlMod = 3;
    private const int FcntlSetPipeSize = 1031;
    private const int FcntlSetDescriptor = 2;
    private const int FcntlGetStatus = 3;
    private const int FcntlSetStatus = 4;
    private const int CloseOnExec = 1;
    private const int RlimitNoFile = 7;
    private const uint SpliceMove = 1;
    private const uint SpliceNonBlock = 2;

    /// <summary>struct epoll_event is packed on x86-64 only (linux/eventpoll.h, EPOLL_PACKED).</summary>
    private static readonly bool IsEpollEventPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    public static int EpollEventSize => IsEpollEventPacked ? 12 : 16;

    public static uint EventsOf(byte* epollEvent) => *(uint*)epollEvent;

    public static ulong TokenOf(byte* epollEvent) => Unsafe.ReadUnaligned<ulong>(epollEvent + (IsEpollEventPacked ? 4 : 8));

    public static int EpollCreate() => Result(epoll_create1(SockCloseOnExec));

    public static int EpollAdd(int epoll, int fd, int events, ulong token) => EpollControl(epoll, EpollCtlAdd, fd, events, token);

    public static int EpollModify(int epoll, int fd, int events, ulong token) => EpollControl(epoll, EpollCtlMod, fd, events, token);

    public static int EpollRemove(int epoll, int fd) => Result(epoll_ctl(epoll, EpollCtlDel, fd, null));

    public static int EpollWait(int epoll, byte* events, int capacity, int timeoutMilliseconds) =>
        Result(epoll_wait(epoll, events, capacity, timeoutMilliseconds));

    public static int EventFd() => Result(eventfd(0, SockCloseOnExec | SockNonBlock));

    public static int Signal(int eventFd)
    {
        ulong one = 1;
        return Result((int)write(eventFd, (byte*)&one, sizeof(ulong)));
    }

    public static int DrainSignal(int eventFd)
    {
        ulong count;
        return Result((int)read(eventFd, (byte*)&count, sizeof(ulong)));
    }

    public static int Socket(int family) => Result(socket(family, SockStream | SockNonBlock | SockCloseOnExec, 0));

    public static int Bind(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = address)
        {
            return Result(bind(fd, p, address.Length));
        }
    }

    public static int Listen(int fd, int backlog) => Result(listen(fd, backlog));

    public static int Accept(int fd, byte* address, int* length) => Result(accept4(fd, address, length, SockNonBlock | SockCloseOnExec));

    public static int Connect(int fd, ReadOnlySpan<byte> address)
    {
        fixed (byte* p = address)
        {
            return Result(connect(fd, p, address.Length));
        }
    }

    /// <returns>The option's value, or a negated errno.</returns>
    public static int GetOption(int fd, int level, int name)
    {
        int value;
        var length = sizeof(int);
        var result = Result(getsockopt(fd, level, name, (byte*)&value, &length));
        return result < 0 ? result : value;
    }

    /// <summary>Makes an inherited descriptor like one of our own: calls do not block, and no child gets it.</summary>
    public static int Own(int fd)
    {
        var flags = Result(fcntl(fd, FcntlGetStatus, 0));
        var result = flags < 0 ? flags : Result(fcntl(fd, FcntlSetStatus, flags | SockNonBlock));
        return result < 0 ? result : Result(fcntl(fd, FcntlSetDescriptor, CloseOnExec));
    }

    public static int SetOption(int fd, int level, int name, int value) => Result(setsockopt(fd, level, name, (byte*)&value, sizeof(int)));

    /// <summary>Makes the next close send RST instead of FIN.</summary>
    public static int SetResetOnClose(int fd)
    {
        var linger = stackalloc int[2];
        linger[0] = 1;
        linger[1] = 0;
        return Result(setsockopt(fd, SolSocket, SoLinger, (byte*)linger, 2 * sizeof(int)));
    }

    /// <summary>Reads and clears the pending error of a socket.</summary>
    /// <returns>0 for none, or the negated errno.</returns>
    public static int TakeError(int fd)
    {
        var error = GetOption(fd, SolSocket, SoError);
        return error < 0 ? error : -error;
    }

    /// <summary>Copies what the kernel knows about a connection (struct tcp_info, linux/tcp.h).</summary>
    /// <returns>How many bytes of it; below zero when the socket is not TCP.</returns>
    public static int ReadTcpInfo(int fd, byte* information, int capacity)
    {
        var length = capacity;
        var result = Result(getsockopt(fd, IpProtoTcp, TcpInfo, information, &length));
        return result < 0 ? result : length;
    }

    public static int GetLocalAddress(int fd, byte* address, int* length) => Result(getsockname(fd, address, length));

    public static int Receive(int fd, byte* buffer, int length, int flags) => Result((int)recv(fd, buffer, (nuint)length, flags));

    public static int Send(int fd, byte* buffer, int length) => Result((int)send(fd, buffer, (nuint)length, MsgNoSignal));

    public static int Splice(int from, int to, int length) =>
        Result((int)splice(from, null, to, null, (nuint)length, SpliceMove | SpliceNonBlock));

    public static int Pipe(out int readEnd, out int writeEnd)
    {
        var ends = stackalloc int[2];
        var result = Result(pipe2(ends, SockNonBlock | SockCloseOnExec));
        readEnd = ends[0];
        writeEnd = ends[1];
        return result;
    }

    public static int SetPipeSize(int fd, int bytes) => Result(fcntl(fd, FcntlSetPipeSize, bytes));

    /// <summary>The soft limit of descriptors (RLIMIT_NOFILE), <see cref="ulong.MaxValue"/> for none.</summary>
    public static int GetDescriptorLimit(out ulong soft)
    {
        var limit = stackalloc ulong[2];
        var result = Result(getrlimit(RlimitNoFile, limit));
        soft = limit[0];
        return result;
    }

    public static int Shutdown(int fd, int how) => Result(shutdown(fd, how));

    /// <summary>Closes a descriptor. EINTR is not retried: on Linux the descriptor is gone all the same (close(2)).</summary>
    public static void Close(int fd) => _ = close(fd);

    private static int EpollControl(int epoll, int operation, int fd, int events, ulong token)
    {
        var raw = stackalloc byte[16];
        *(int*)raw = events;
        Unsafe.WriteUnaligned(raw + (IsEpollEventPacked ? 4 : 8), token);
        return Result(epoll_ctl(epoll, operation, fd, raw));
    }

    private static int Result(int result) => result >= 0 ? result : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(int epfd, int op, int fd, byte* ev);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_wait(int epfd, byte* events, int maxEvents, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int fd, byte* address, int* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int name, byte* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int name, byte* value, int* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockname(int fd, byte* address, int* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint splice(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, ulong* limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
