using System.Threading.Tasks.Sources;

namespace ApiLb.Transport;

/// <summary>
/// Passes bytes between a client and a backend until both have finished or one has failed. It closes nothing: its owner
/// does, knowing how it ended. Reactor thread only, except for construction and <see cref="AsValueTask"/>.
/// </summary>
internal sealed class Relay : IPeerWatcher, IConnectionOperation, IValueTaskSource, IReactorWork
{
    private static readonly Action<object?> Completed = _ => { };

    private readonly ReactorSocket _client;
    private readonly ReactorSocket _backend;
    private readonly RelayTotals? _totals;
    private readonly RelayTimeouts _timeouts;
    private RelayDirection _toBackend;
    private RelayDirection _toClient;
    private SilenceTimer? _timer;
    private Action<object?>? _continuation;
    private object? _continuationState;
    private RelayEnd _end;
    private bool _isDeferred;
    private bool _isOver;

    /// <param name="client">The client's socket, registered or not.</param>
    /// <param name="backend">The backend's socket, registered.</param>
    /// <param name="totals">Where bytes are counted while they flow.</param>
    /// <param name="timeouts">How long it may be silent.</param>
    /// <param name="alreadySent">Bytes that the backend was sent before the relay; counted with the rest.</param>
    public Relay(ReactorSocket client, ReactorSocket backend, RelayTotals? totals, RelayTimeouts timeouts, int alreadySent)
    {
        _client = client;
        _backend = backend;
        _totals = totals;
        _timeouts = timeouts;
        _toBackend = new RelayDirection(alreadySent);
        _toClient = new RelayDirection(0);
        totals?.Add(client.Reactor.Index, alreadySent, 0);
    }

    /// <summary>How it ended, to be read when it is over; the bytes so far, at any time and on any thread.</summary>
    public RelayResult Result => new(_end, _toBackend.Bytes, _toClient.Bytes);

    private long Bytes => _toBackend.Bytes + _toClient.Bytes;

    public ValueTask AsValueTask() => new(this, 0);

    /// <summary>Takes over both sockets and moves what is already there.</summary>
    public void Run()
    {
        _isDeferred = false;
        if (_isOver)
        {
            return;
        }

        _client.Handler = this;
        _backend.Handler = this;
        _client.CanRead |= !_client.IsRegistered;
        Pump();
        if (!_isOver && !_client.IsRegistered && _client.Register() < 0)
        {
            Complete(RelayEnd.Aborted);
        }

        if (!_isOver && _timer is null)
        {
            WatchSilence(_timeouts.Idle, RelayEnd.IdleTimeout);
        }
    }

    public void OnReady(ReactorSocket socket)
    {
        if (!_isOver)
        {
            Pump();
        }
    }

    /// <summary>One of its sockets leads nowhere any more.</summary>
    public void OnPeerLost(ReactorSocket socket) => Complete(ReferenceEquals(socket, _client) ? RelayEnd.ClientFailed : RelayEnd.BackendFailed);

    public void Abort() => Complete(RelayEnd.Aborted);

    void IValueTaskSource.GetResult(short token)
    {
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) =>
        ReferenceEquals(Volatile.Read(ref _continuation), Completed) ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

    /// <summary>Awaited once. Small on purpose: the general-purpose source costs every idle connection 48 bytes more.</summary>
    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _continuationState = state;
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) is not null)
        {
            // It completed in between, on the reactor.
            ThreadPool.UnsafeQueueUserWorkItem(continuation, state, preferLocal: false);
        }
    }

    private void Pump()
    {
        var (toBackend, toClient) = (_toBackend.Bytes, _toClient.Bytes);
        var up = _toBackend.Pump(_client, _backend, isLast: _toClient.IsFinished);
        NoteFinish(up, RelayEnd.ClientFinished);
        var down = _toClient.Pump(_backend, _client, isLast: _toBackend.IsFinished);
        NoteFinish(down, RelayEnd.BackendFinished);
        Count(_toBackend.Bytes - toBackend, _toClient.Bytes - toClient);

        if (EndOf(up, down) is { } end)
        {
            Complete(end);
        }
        else if ((up == PumpResult.More || down == PumpResult.More) && !_isDeferred)
        {
            _isDeferred = true;
            _client.Reactor.Defer(this);
        }
    }

    private void NoteFinish(PumpResult result, RelayEnd side)
    {
        if (result == PumpResult.Finished && !(_toBackend.IsFinished && _toClient.IsFinished))
        {
            _end = side;
            WatchSilence(_timeouts.HalfClosed, RelayEnd.HalfClosedTimeout);
        }
    }

    private void WatchSilence(TimeSpan timeout, RelayEnd end)
    {
        if (timeout > TimeSpan.Zero)
        {
            _timer?.Cancel();
            _timer = new SilenceTimer(this, timeout, end);
            _timer.Arm();
        }
    }

    private RelayEnd? EndOf(PumpResult up, PumpResult down)
    {
        if (_toBackend.IsFinished && _toClient.IsFinished)
        {
            return _end;
        }

        if (up == PumpResult.SourceFailed || down == PumpResult.DestinationFailed || HasFailedUnread(_client, _toBackend, _backend))
        {
            return RelayEnd.ClientFailed;
        }

        return down == PumpResult.SourceFailed || up == PumpResult.DestinationFailed || HasFailedUnread(_backend, _toClient, _client)
            ? RelayEnd.BackendFailed
            : null;
    }

    /// <summary>
    /// A reset is not seen by reading after the FIN of the same side, nor while reading waits for a destination that takes
    /// nothing, which may be for ever; only the pending error tells.
    /// </summary>
    private static bool HasFailedUnread(ReactorSocket socket, in RelayDirection fromIt, ReactorSocket destination) =>
        socket.HasFailed && (fromIt.IsFinished || (fromIt.HoldsData && !destination.CanWrite)) && Native.TakeError(socket.Fd) < 0;

    private void Count(long toBackend, long toClient)
    {
        if ((toBackend | toClient) != 0)
        {
            _totals?.Add(_client.Reactor.Index, toBackend, toClient);
        }
    }

    private void Complete(RelayEnd end)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        _end = end;
        _timer?.Cancel();
        _toBackend.Release(_client);
        _toClient.Release(_backend);
        _client.Handler = null;
        _backend.Handler = null;
        Interlocked.Exchange(ref _continuation, Completed)?.Invoke(_continuationState);
    }

    /// <summary>Ends a relay that moves no bytes for too long. Made only where silence has a limit.</summary>
    private sealed class SilenceTimer(Relay relay, TimeSpan timeout, RelayEnd end) : WheelTimer
    {
        private long _bytesWhenArmed;

        public void Arm()
        {
            _bytesWhenArmed = relay.Bytes;
            relay._client.Reactor.Arm(this, timeout);
        }

        public void Cancel() => relay._client.Reactor.Cancel(this);

        internal override void OnTimeout()
        {
            if (relay.Bytes == _bytesWhenArmed)
            {
                relay.Complete(end);
            }
            else
            {
                Arm();
            }
        }
    }
}
