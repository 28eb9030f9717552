using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>
/// One client's search for a backend that answers. A backend that fails is followed by the next at once; one that is only
/// silent gets company after the hedge delay, and the first to answer wins. At most two attempts are in flight, each backend
/// is tried at most once, and nothing has reached the client before it is over. A client that waited for a place searches
/// again, and then not where it failed before, unless the pool has changed since.
/// </summary>
internal sealed class BackendSearch
{
    private readonly BackendConnector _connector;
    private readonly ConnectOptions _options;
    private readonly HedgeDelay _hedge;
    private readonly TimeProvider _time;
    private long _startedAt;
    private DialRace _race = null!;
    private Candidates _candidates;
    private PoolSnapshot? _snapshot;
    private PoolSnapshot? _failedIn;
    private BackendConnection? _older;
    private BackendConnection? _newer;
    private List<(Backend Backend, FailoverStage Stage)>? _failed;
    private CloseReason _failure = CloseReason.NoBackend;
    private bool _isAnyFull;
    private int _attempts;

    public BackendSearch(BackendConnector connector)
    {
        _connector = connector;
        _options = connector.Pool.Options.Connect;
        _hedge = new HedgeDelay(_options);
        _time = connector.Time;
    }

    /// <summary>The last run passed over a backend because it had failed this client before.</summary>
    public bool HasAvoidedSomebody { get; private set; }

    private bool MayHedge => _hedge.IsOn && _candidates.Any;

    /// <param name="race">Of the client; begun, without attempts.</param>
    /// <param name="candidates">Whom to try.</param>
    public ValueTask<ConnectResult> RunAsync(DialRace race, Candidates candidates)
    {
        _race = race;
        _candidates = candidates;
        _snapshot = candidates.Snapshot;
        _startedAt = _time.GetTimestamp();
        _isAnyFull = HasAvoidedSomebody = false;
        return RunAsync();
    }

    private async ValueTask<ConnectResult> RunAsync()
    {
        StartNext();
        while (_newer is not null)
        {
            var next = await _race.NextAsync(Patience());
            switch (next.Kind)
            {
                case DialEventKind.Connected or DialEventKind.FirstByte when IsTooLate(next.Backend!):
                    Dismiss(next.Backend!, isSuspect: false);
                    StartNext();
                    break;
                case DialEventKind.Connected or DialEventKind.FirstByte:
                    return Win(next.Backend!, hasAnswered: next.Kind == DialEventKind.FirstByte);
                case DialEventKind.Failed:
                    Lose(next.Backend!, next.Failure);
                    StartNext();
                    break;
                case DialEventKind.PatienceOver:
                    GiveUpOverdue();
                    StartHedge();
                    break;
                case DialEventKind.ClientGone:
                    return Abandon(CloseReason.ClientReset);
                default:
                    return Abandon(CloseReason.Shutdown);
            }
        }

        return Abandon(_isAnyFull ? CloseReason.LimitBackend : _failure);
    }

    /// <summary>Its backend was taken out since it was chosen, and closes whom it gets; the client, whom nothing has reached yet, has others.</summary>
    private bool IsTooLate(BackendConnection attempt) =>
        BackendOf(attempt).Connections.ClosesNewcomers && (_candidates.Any || _older is not null);

    private void StartNext()
    {
        while (_candidates.Next() is { } backend)
        {
            // Its name may have lost its address since the snapshot.
            if (backend.Target is { } target && MayEnter(backend))
            {
                Start(target, backend);
                return;
            }
        }
    }

    private bool MayEnter(Backend backend)
    {
        if (ReferenceEquals(_failedIn, _snapshot) && HasFailed(backend))
        {
            HasAvoidedSomebody = true;
            return false;
        }

        var hasEntered = backend.TryEnter();
        _isAnyFull |= !hasEntered;
        return hasEntered;
    }

    /// <summary>When two are silent already, the older makes room.</summary>
    private void Start(DialTarget target, Backend backend)
    {
        if (_older is not null)
        {
            GiveUp(_older);
        }

        if (_connector.Pool.Line.Length > 0)
        {
            // This was one place; there may be another.
            _connector.Pool.Line.CallNext();
        }

        _attempts++;
        _older = _newer;
        _newer = _race.Start(target, backend);
    }

    /// <summary>A silent backend gets company.</summary>
    private void StartHedge()
    {
        if (_newer is null || (MayHedge && Age(_newer) >= HedgeDelayOf(_newer)))
        {
            StartNext();
        }
    }

    private void GiveUpOverdue()
    {
        var isOver = _time.GetElapsedTime(_startedAt) >= _options.TotalTimeout;
        if (_older is not null && (isOver || IsOverdue(_older)))
        {
            GiveUp(_older);
        }

        if (_newer is not null && (isOver || IsOverdue(_newer)))
        {
            GiveUp(_newer);
        }

        if (isOver)
        {
            _candidates = default;
            _isAnyFull = false;
        }
    }

    private bool IsOverdue(BackendConnection attempt) => !attempt.IsConnected && Age(attempt) >= _options.Timeout;

    private TimeSpan HedgeDelayOf(BackendConnection attempt) => _hedge.For(BackendOf(attempt), _connector.Pool.Now);

    private TimeSpan Age(BackendConnection attempt) => _time.GetElapsedTime(attempt.StartedAt);

    /// <summary>How long nothing may happen before something has to be done.</summary>
    private TimeSpan Patience()
    {
        var patience = _options.TotalTimeout - _time.GetElapsedTime(_startedAt);
        if (MayHedge)
        {
            patience = Min(patience, HedgeDelayOf(_newer!) - Age(_newer!));
        }

        foreach (var attempt in (ReadOnlySpan<BackendConnection?>)[_older, _newer])
        {
            if (attempt is { IsConnected: false })
            {
                patience = Min(patience, _options.Timeout - Age(attempt));
            }
        }

        return patience > TimeSpan.Zero ? patience : TimeSpan.Zero;
    }

    private ConnectResult Win(BackendConnection winner, bool hasAnswered)
    {
        _race.End();
        var loser = ReferenceEquals(winner, _newer) ? _older : _newer;
        if (loser is not null)
        {
            Dismiss(loser, isSuspect: Age(loser) >= HedgeDelayOf(loser));
        }

        _failed?.ForEach(f => f.Backend.Counters.FailedOver(f.Stage));
        var backend = BackendOf(winner);
        backend.Counters.ConnectionServed();
        _connector.Metrics.Connected(backend, winner.ConnectTime);
        if (hasAnswered)
        {
            _connector.Metrics.FirstByte(backend, Age(winner));
            backend.FirstByte.Record(Age(winner), _connector.Pool.Now);
        }

        return new ConnectResult(winner, default, _attempts);
    }

    private ConnectResult Abandon(CloseReason reason)
    {
        _race.End();
        foreach (var attempt in (ReadOnlySpan<BackendConnection?>)[_older, _newer])
        {
            if (attempt is not null)
            {
                Dismiss(attempt, isSuspect: false);
            }
        }

        return new ConnectResult(null, reason, _attempts);
    }

    private void GiveUp(BackendConnection attempt)
    {
        _failure = attempt.IsConnected ? CloseReason.FirstByteTimeout : CloseReason.ConnectTimeout;
        Dismiss(attempt, isSuspect: true);
    }

    /// <summary>Ends an attempt that may still be alive. RST: there is nothing to finish, and no port to keep in TIME_WAIT.</summary>
    private void Dismiss(BackendConnection attempt, bool isSuspect)
    {
        attempt.Reset();
        Forget(attempt);
        if (isSuspect)
        {
            Report(attempt, DialVerdict.OfSilence(attempt.IsConnected));
        }
    }

    private void Lose(BackendConnection attempt, DialFailure failure)
    {
        Forget(attempt);
        if (failure == DialFailure.LocalFault)
        {
            _failure = CloseReason.LocalFault;
            return;
        }

        _failure = failure == DialFailure.TimedOut ? CloseReason.ConnectTimeout : CloseReason.Refused;
        Report(attempt, DialVerdict.OfFailure(failure));
    }

    private void Forget(BackendConnection attempt)
    {
        BackendOf(attempt).Leave();
        if (ReferenceEquals(attempt, _newer))
        {
            (_newer, _older) = (_older, null);
        }
        else if (ReferenceEquals(attempt, _older))
        {
            _older = null;
        }
    }

    private void Report(BackendConnection attempt, in HealthReport report)
    {
        var backend = BackendOf(attempt);
        backend.Counters.ConnectFailed();
        _failedIn = _snapshot;
        _failed ??= [];
        if (!HasFailed(backend))
        {
            _failed.Add((backend, attempt.IsConnected ? FailoverStage.FirstByte : FailoverStage.Connect));
        }

        _connector.Pool.Report(backend, report);
    }

    private bool HasFailed(Backend backend) => _failed?.Exists(f => f.Backend == backend) == true;

    private static Backend BackendOf(BackendConnection attempt) => (Backend)attempt.Tag!;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
