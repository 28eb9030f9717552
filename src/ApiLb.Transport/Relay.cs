using System.Threading.Tasks.Sources;

namespace ApiLb.Transport;

/// <summary>
/// Passes bytes between a client and a backend until both have finished or one has failed. It closes nothing: its owner
/// does, knowing how it ended. Reactor thread only, except for construction and <see cref="AsValueTask"/>.
/// </summary>
internal sealed class Relay : ConnectionOperation, IValueTaskSource<RelayResult>, IReactorWork
{
    private readonly ReactorSocket _client;
    private readonly ReactorSocket _backend;
    private readonly RelayTotals? _totals;
    private readonly TimeSpan _halfClosedTimeout;
    private RelayDirection _toBackend;
    private RelayDirection _toClient;
    private ManualResetValueTaskSourceCore<RelayResult> _source;
    private long _countedToBackend;
    private long _countedToClient;
    private long _bytesAtLastTimeout;
    private RelayEnd _firstToFinish;
    private bool _isDeferred;
    private bool _isOver;

    /// <param name="client">The client's socket, registered or not.</param>
    /// <param name="backend">The backend's socket, registered.</param>
    /// <param name="totals">Where bytes are counted while they flow.</param>
    /// <param name="halfClosedTimeout">How long one side may be silent after the other has finished; zero: for ever.</param>
    /// <param name="alreadySent">Bytes that the backend was sent before the relay; counted with the rest.</param>
    public Relay(ReactorSocket client, ReactorSocket backend, RelayTotals? totals, TimeSpan halfClosedTimeout, int alreadySent)
    {
        _client = client;
        _backend = backend;
        _totals = totals;
        _halfClosedTimeout = halfClosedTimeout;
        _toBackend = new RelayDirection(client, backend, alreadySent);
        _toClient = new RelayDirection(backend, client, 0);
    }

    private bool IsHalfClosed => _toBackend.IsFinished || _toClient.IsFinished;

    public ValueTask<RelayResult> AsValueTask() => new(this, _source.Version);

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
    }

    public override void OnReady(ReactorSocket socket)
    {
        if (!_isOver)
        {
            Pump();
        }
    }

    internal override void OnTimeout()
    {
        if (_isOver)
        {
            return;
        }

        var bytes = _toBackend.Bytes + _toClient.Bytes;
        if (bytes == _bytesAtLastTimeout)
        {
            Complete(RelayEnd.HalfClosedTimeout);
            return;
        }

        ArmHalfClosedTimeout();
    }

    internal override void Abort() => Complete(RelayEnd.Aborted);

    RelayResult IValueTaskSource<RelayResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<RelayResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<RelayResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Pump()
    {
        var up = _toBackend.Pump(isLast: _toClient.IsFinished);
        NoteFinish(up, RelayEnd.ClientFinished);
        var down = _toClient.Pump(isLast: _toBackend.IsFinished);
        NoteFinish(down, RelayEnd.BackendFinished);
        CountBytes();

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
            _firstToFinish = side;
            ArmHalfClosedTimeout();
        }
    }

    private RelayEnd? EndOf(PumpResult up, PumpResult down)
    {
        if (_toBackend.IsFinished && _toClient.IsFinished)
        {
            return _firstToFinish;
        }

        if (up == PumpResult.SourceFailed || down == PumpResult.DestinationFailed || HasFailedUnread(_client, _toBackend))
        {
            return RelayEnd.ClientFailed;
        }

        return down == PumpResult.SourceFailed || up == PumpResult.DestinationFailed || HasFailedUnread(_backend, _toClient)
            ? RelayEnd.BackendFailed
            : null;
    }

    /// <summary>A reset after the FIN of the same side is not seen by reading; only the pending error tells.</summary>
    private static bool HasFailedUnread(ReactorSocket socket, in RelayDirection fromIt) =>
        socket.HasFailed && fromIt.IsFinished && Native.TakeError(socket.Fd) < 0;

    private void ArmHalfClosedTimeout()
    {
        if (_halfClosedTimeout > TimeSpan.Zero)
        {
            _bytesAtLastTimeout = _toBackend.Bytes + _toClient.Bytes;
            _client.Reactor.Arm(this, _halfClosedTimeout);
        }
    }

    private void CountBytes()
    {
        if (_totals is null)
        {
            return;
        }

        var toBackend = _toBackend.Bytes - _countedToBackend;
        var toClient = _toClient.Bytes - _countedToClient;
        if ((toBackend | toClient) != 0)
        {
            _totals.Add(_client.Reactor.Index, toBackend, toClient);
            _countedToBackend += toBackend;
            _countedToClient += toClient;
        }
    }

    private void Complete(RelayEnd end)
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        if (IsHalfClosed)
        {
            _client.Reactor.Cancel(this);
        }

        _toBackend.Release();
        _toClient.Release();
        _client.Handler = null;
        _backend.Handler = null;
        _source.SetResult(new RelayResult(end, _toBackend.Bytes, _toClient.Bytes));
    }
}
