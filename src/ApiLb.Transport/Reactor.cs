using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace ApiLb.Transport;

/// <summary>
/// One thread with one epoll set: it tells sockets what they may do, expires timers and runs what was posted to it.
/// </summary>
/// <remarks>
/// One round: wait; tell the sockets; expire timers; run posted and resumed work; hand freed slots back. A slot freed in a
/// round is not used again before the round is over, because the batch may still hold an event for it.
/// Any thread may call <see cref="Register"/>, <see cref="Post"/> and <see cref="Arm"/>; the rest belongs to the thread.
/// </remarks>
internal sealed unsafe partial class Reactor
{
    /// <summary>Bytes that one read may bring; more than one socket's fair share of a round would starve the others.</summary>
    public const int BufferSize = 64 * 1024;

    private const int EventCapacity = 256;
    private const ulong WakeToken = ulong.MaxValue;

    [ThreadStatic]
    private static Reactor? _current;

    private readonly ILogger _logger;
    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _events;
    private readonly byte* _buffer;
    private readonly Thread _thread;
    private readonly SlotTable _slots = new();
    private readonly TimerWheel _timers = new();
    private readonly List<WheelTimer> _due = [];
    private readonly WorkQueue _posted = new();
    private readonly Queue<IReactorWork> _deferred = new();
    private readonly ListenerTable _listeners = new();
    private volatile bool _stopping;
    private int _isWakePending;
    private long _rounds;

    public Reactor(string name, int index, long maxPipes, TimeProvider time, ILogger logger)
    {
        Index = index;
        Time = time;
        _logger = logger;
        _epoll = Check(Native.EpollCreate(), "epoll_create1");
        _wake = Check(Native.EventFd(), "eventfd");
        Check(Native.EpollAdd(_epoll, _wake, Native.EpollIn | Native.EpollEdgeTriggered, WakeToken), "epoll_ctl");
        _events = (byte*)NativeMemory.AllocZeroed(EventCapacity, (nuint)Native.EpollEventSize);
        _buffer = (byte*)NativeMemory.AlignedAlloc(BufferSize, 4096);
        Pipes = new PipePool(Math.Max(maxPipes, 1));
        _thread = new Thread(Loop) { Name = name, IsBackground = true };
    }

    public int Index { get; }

    /// <summary>The clock of everything that happens here.</summary>
    public TimeProvider Time { get; }

    /// <summary>Connections have ids, because somebody reads the log lines that show them.</summary>
    public bool NamesConnections => _logger.IsEnabled(LogLevel.Debug);

    /// <summary>Scratch for one read and the write that follows it at once. Reactor thread only.</summary>
    public byte* Buffer => _buffer;

    public PipePool Pipes { get; }

    /// <summary>Sockets that are being closed (<see cref="LingeringClose"/>). Reactor thread only.</summary>
    public int Lingering { get; set; }

    public bool IsCurrentThread => ReferenceEquals(_current, this);

    /// <summary>Rounds so far: what the watchdog watches. Any thread.</summary>
    public long Rounds => Volatile.Read(ref _rounds);

    /// <summary>The reactor's clock in milliseconds, monotonic. Any thread.</summary>
    public long NowMilliseconds => (long)Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>A reactor that runs, with the sweeps that look after its sockets.</summary>
    public static Reactor Started(string name, int index, long maxPipes, TcpTransportOptions options, TimeProvider time, ILogger logger)
    {
        var reactor = new Reactor(name, index, maxPipes, time, logger);
        reactor.Start();
        new KeepAliveSweep(reactor, options).Start();
        new LostPeerSweep(reactor, options.PeerTimeout).Start();
        return reactor;
    }

    public void Start() => _thread.Start();

    /// <summary>Stops the thread and waits for it. Connections must be gone: their sockets are not closed here.</summary>
    public void Stop()
    {
        _stopping = true;
        Wake();
        _thread.Join();
        Pipes.Dispose();
        Native.Close(_wake);
        Native.Close(_epoll);
        NativeMemory.Free(_events);
        NativeMemory.AlignedFree(_buffer);
    }

    /// <summary>Adds a socket to the epoll set, edge-triggered, for its whole life.</summary>
    /// <returns>0, or a negated errno.</returns>
    public int Register(ReactorSocket socket)
    {
        _slots.Take(socket);
        var result = Native.EpollAdd(_epoll, socket.Fd, InterestOf(socket), socket.Token);
        if (result < 0)
        {
            _slots.Undo(socket);
        }

        return result;
    }

    /// <summary>Applies a changed <see cref="ReactorSocket.WatchesWrites"/>. What is ready at this moment is reported again.</summary>
    public void Rearm(ReactorSocket socket) => _ = Native.EpollModify(_epoll, socket.Fd, InterestOf(socket), socket.Token);

    public void ReleaseSlot(ReactorSocket socket) => _slots.Release(socket);

    /// <summary>Takes a descriptor that stays open out of the epoll set. Reactor thread only.</summary>
    public void Forget(int fd, ReactorSocket socket)
    {
        _ = Native.EpollRemove(_epoll, fd);
        _slots.Release(socket);
    }

    /// <summary>Wakes for a listening socket, which every reactor shares (EPOLLEXCLUSIVE: one of them wakes).</summary>
    public int RegisterListener(int fd, IListenerSocket listener) =>
        Native.EpollAdd(_epoll, fd, Native.EpollIn | Native.EpollExclusive, SlotTable.ListenerToken(_listeners.Add(listener)));

    public void UnregisterListener(int fd, IListenerSocket listener)
    {
        _ = Native.EpollRemove(_epoll, fd);
        _listeners.Remove(listener);
    }

    /// <summary>Runs work on the reactor thread after its present batch. Any thread.</summary>
    public void Post(IReactorWork work)
    {
        _posted.Add(work);
        Wake();
    }

    /// <summary>Runs work at the end of the present round. Reactor thread only.</summary>
    public void Defer(IReactorWork work) => _deferred.Enqueue(work);

    /// <summary>How many sockets there can be. Reactor thread only, as <see cref="SocketAt"/>.</summary>
    public int Slots => _slots.Length;

    public ReactorSocket? SocketAt(int slot) => _slots.At(slot);

    /// <summary>Sets or moves a deadline. Any thread.</summary>
    public void Arm(WheelTimer timer, TimeSpan delay)
    {
        // The clock counts whole milliseconds: rounded up, so that no timer is early.
        if (_timers.Arm(timer, NowMilliseconds + 1 + (long)Math.Ceiling(delay.TotalMilliseconds)))
        {
            Wake();
        }
    }

    public void Cancel(WheelTimer timer) => _timers.Cancel(timer);

    /// <summary>Asks for a round, so that <see cref="Rounds"/> shows whether the thread still lives. Any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isWakePending, 1) == 0)
        {
            _ = Native.Signal(_wake);
        }
    }

    private void Loop()
    {
        _current = this;
        while (!_stopping)
        {
            var count = Native.EpollWait(_epoll, _events, EventCapacity, Patience());
            for (var i = 0; i < count; i++)
            {
                var epollEvent = _events + (i * Native.EpollEventSize);
                Dispatch(Native.TokenOf(epollEvent), Native.EventsOf(epollEvent));
            }

            ExpireTimers();
            RunPosted();
            RunDeferred();
            _slots.Recycle();
            Volatile.Write(ref _rounds, _rounds + 1);
        }
    }

    private static int InterestOf(ReactorSocket socket) =>
        Native.EpollIn | Native.EpollRdHup | Native.EpollEdgeTriggered | (socket.WatchesWrites ? Native.EpollOut : 0);

    private int Patience() => _deferred.Count > 0 ? 0 : _timers.SleepFrom(NowMilliseconds);

    private void Dispatch(ulong token, uint events)
    {
        if (token == WakeToken)
        {
            // In this order: whoever finds it pending between the two has posted before this round looks for posts. The other way round a
            // signal would be drained while it is pending, and no other would ever follow. And no read of a post may overtake this write.
            _ = Native.DrainSignal(_wake);
            _ = Interlocked.Exchange(ref _isWakePending, 0);
        }
        else if (SlotTable.IsListener(token, out var place))
        {
            Accept(place);
        }
        else if (_slots.Find(token) is { } socket)
        {
            Tell(socket, events);
        }
    }

    private void Accept(int place)
    {
        try
        {
            _listeners.Find(place)?.OnAcceptable(this);
        }
        catch (Exception error)
        {
            Log.Bug(_logger, error);
        }
    }

    /// <summary>A bug in what one connection does ends that connection, not the thread of all the others.</summary>
    private void Tell(ReactorSocket socket, uint events)
    {
        try
        {
            socket.OnEvents(events);
        }
        catch (Exception error)
        {
            Log.Bug(_logger, error);
            socket.Reset();
        }
    }

    private void Run(IReactorWork work)
    {
        try
        {
            work.Run();
        }
        catch (Exception error)
        {
            Log.Bug(_logger, error);
        }
    }

    private void ExpireTimers()
    {
        _timers.Expire(NowMilliseconds, _due);
        foreach (var timer in _due)
        {
            try
            {
                timer.OnTimeout();
            }
            catch (Exception error)
            {
                Log.Bug(_logger, error);
            }
        }

        _due.Clear();
    }

    private void RunPosted()
    {
        foreach (var work in _posted.TakeAll())
        {
            Run(work);
        }
    }

    private void RunDeferred()
    {
        for (var rest = _deferred.Count; rest > 0; rest--)
        {
            Run(_deferred.Dequeue());
        }
    }

    private static int Check(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call} failed with errno {-result}; the data plane cannot start.");

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Critical, "A connection met a bug in ApiLb; the connection is lost, the rest goes on.")]
        public static partial void Bug(ILogger logger, Exception error);
    }
}
