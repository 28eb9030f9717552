using System.Net;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ApiLb.Transport;

/// <summary>
/// One listening socket, shared by all reactors (one queue in the kernel, so that closing loses none of several), and the
/// clients it has accepted that Kestrel has not taken yet.
/// </summary>
internal sealed partial class Listener : WheelTimer, IConnectionListener, IListenerSocket, IValueTaskSource<ConnectionContext?>
{
    /// <summary>Clients taken in one round, so that a flood of connects cannot starve the relays.</summary>
    private const int AcceptsPerRound = 64;

    private static readonly TimeSpan PauseWithoutDescriptors = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Queue<ClientConnection> _accepted = new();
    private readonly TcpTransport _transport;
    private readonly ILogger _logger;
    private readonly ListeningSocket _socket;
    private ManualResetValueTaskSourceCore<ConnectionContext?> _source;
    private bool _isAwaited;
    private bool _isStarted;
    private bool _isUnbound;
    private bool _hasEnded;
    private bool _isPaused;
    private volatile bool _isShort;

    public Listener(ListeningSocket socket, TcpTransport transport, ILogger logger)
    {
        _socket = socket;
        _transport = transport;
        _logger = logger;
        EndPoint = socket.EndPoint;
    }

    public EndPoint EndPoint { get; }

    public int Descriptor => _socket.Fd;

    /// <summary>The file of a unix socket goes when it is unbound.</summary>
    public bool OwnsFile => _socket.OwnsFile;

    /// <summary>Another process listens here from now on: unbinding leaves the file of a unix socket.</summary>
    public void Leave() => _socket.Leave();

    /// <summary>Wake only for clients that have sent something; see <see cref="TcpListenEndPoint.WaitsForData"/>. For clients to come.</summary>
    public void WaitForData(bool waits) => _socket.WaitForData(waits);

    /// <summary>Begins to accept; until then the kernel queues.</summary>
    public void Start()
    {
        lock (_lock)
        {
            _isStarted = true;
            _socket.Claim();
            Register();
        }
    }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_accepted.TryDequeue(out var client))
            {
                return new ValueTask<ConnectionContext?>(client);
            }

            // Not yet when it is only unbound: the last clients are still being taken out of the kernel's queue.
            if (_hasEnded)
            {
                return new ValueTask<ConnectionContext?>((ConnectionContext?)null);
            }

            _source.Reset();
            _isAwaited = true;
            return new ValueTask<ConnectionContext?>(this, _source.Version);
        }
    }

    public void OnAcceptable(Reactor reactor)
    {
        for (var i = 0; i < AcceptsPerRound; i++)
        {
            var fd = _socket.Accept(out var address);
            if (fd >= 0)
            {
                _isShort = false;
                Queue(fd, address);
            }
            else if (!IsPassing(-fd))
            {
                Pause(reactor, -fd);
                break;
            }
            else if (fd == -Errno.Again)
            {
                break;
            }
        }

        HandOver();
    }

    /// <summary>Stops accepting. Clients whose handshake is over are still taken: closing would reset them.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_isUnbound)
            {
                return;
            }

            _isUnbound = true;
            Unregister();
        }

        if (_isStarted)
        {
            await _transport.RoundOverAsync();
            TakeLastClients();
        }

        _socket.Close();
        EndOfClients();
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    /// <summary>The pause is over.</summary>
    internal override void OnTimeout()
    {
        lock (_lock)
        {
            _isPaused = false;
            if (!_isUnbound)
            {
                Register();
            }
        }
    }

    ConnectionContext? IValueTaskSource<ConnectionContext?>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ConnectionContext?>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<ConnectionContext?>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>Errors that say "no client now" or concern one client that has already left (accept(2)).</summary>
    private static bool IsPassing(int errno) =>
        errno is not (Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBufferSpace or Errno.NoMemory);

    private void TakeLastClients()
    {
        for (var fd = _socket.Accept(out var address); fd >= 0; fd = _socket.Accept(out address))
        {
            Queue(fd, address);
        }

        HandOver();
    }

    private void EndOfClients()
    {
        lock (_lock)
        {
            _hasEnded = true;
            if (!_isAwaited)
            {
                return;
            }

            _isAwaited = false;
        }

        _source.SetResult(null);
    }

    private void Queue(int fd, ClientAddress address)
    {
        lock (_lock)
        {
            _accepted.Enqueue(new ClientConnection(new ReactorSocket(fd, _transport.NextReactor()), address));
        }
    }

    /// <summary>
    /// Once for all clients of a round: the thread pool that takes each from Kestrel's accept loop is woken by the first of
    /// them, and finds the others when it comes. Handed over one by one, many of them would have to wake it again.
    /// </summary>
    private void HandOver()
    {
        ClientConnection? first;
        lock (_lock)
        {
            if (!_isAwaited || !_accepted.TryDequeue(out first))
            {
                return;
            }

            _isAwaited = false;
        }

        // Kestrel's accept loop goes on here, on the reactor, and takes the others out of the queue.
        _source.SetResult(first);
    }

    private void Pause(Reactor reactor, int errno)
    {
        lock (_lock)
        {
            if (_isPaused || _isUnbound)
            {
                return;
            }

            _isPaused = true;
            Unregister();
        }

        _transport.AcceptPaused();
        if (!_isShort)
        {
            _isShort = true;
            Log.Paused(_logger, EndPoint, errno, PauseWithoutDescriptors.TotalMilliseconds);
        }

        reactor.Arm(this, PauseWithoutDescriptors);
    }

    /// <summary>
    /// Under the lock, like <see cref="Unregister"/>: while one reactor registers at the second, the first may already be
    /// pausing, and a second that stays registered meanwhile spins.
    /// </summary>
    private void Register()
    {
        foreach (var reactor in _transport.Reactors)
        {
            _ = reactor.RegisterListener(_socket.Fd, this);
        }
    }

    private void Unregister()
    {
        foreach (var reactor in _transport.Reactors)
        {
            reactor.UnregisterListener(_socket.Fd, this);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning,
            "{EndPoint}: cannot accept (errno {Errno}): out of file descriptors or memory. Clients wait in the kernel's queue; next tries every {Milliseconds} ms. Raise LimitNOFILE.")]
        public static partial void Paused(ILogger logger, EndPoint endPoint, int errno, double milliseconds);
    }
}
