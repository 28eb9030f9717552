using ApiLb.Backends;

namespace ApiLb.Http;

/// <summary>
/// One request at one backend, until its answer has ended or it is given to another. While it lasts, it is what the backend's
/// <see cref="ConnectionTracker"/> calls a connection. Cut before the answer has begun, the request may go elsewhere; cut
/// afterwards, its client's connection (HTTP/2: stream) is reset.
/// </summary>
internal sealed class BackendAttempt : TrackedConnection, IDisposable
{
    private readonly ProxiedRequest _request;
    private readonly AttemptClocks _clocks;
    private readonly AttemptClock _clock;
    private readonly CancellationTokenRegistration _clientGone;
    private readonly long _startedAt;
    private bool _hasAnswer;
    private bool _hasEnded;

    /// <param name="request">Which.</param>
    /// <param name="backend">Entered already.</param>
    /// <param name="clocks">One of them is taken.</param>
    /// <param name="cancellation">The client's patience.</param>
    public BackendAttempt(ProxiedRequest request, Backend backend, AttemptClocks clocks, CancellationToken cancellation)
    {
        _request = request;
        Backend = backend;
        _clocks = clocks;
        _clock = clocks.Take();
        _startedAt = request.Time.GetTimestamp();
        _clock.Begin(this, _startedAt, request.Route!.Options.Timeout);
        _clientGone = cancellation.UnsafeRegister(static clock => ((AttemptClock)clock!).Abandon(), _clock);
        backend.Connections.Add(this);
        IsTooLate = ClosedFor is not null;
    }

    public Backend Backend { get; }

    /// <summary>Fires when the answer is not to be waited for any longer.</summary>
    public CancellationToken Abandoned => _clock.Abandoned;

    /// <summary>The backend was taken out since it was chosen, and nothing has been sent to it.</summary>
    public bool IsTooLate { get; }

    /// <summary>The backend has not begun to answer in time.</summary>
    public bool IsLate { get; private set; }

    /// <summary>Neither side sent anything for too long.</summary>
    public bool IsIdle { get; private set; }

    public TimeSpan Age => AgeAt(_request.Time.GetTimestamp());

    /// <summary>Watches and uploads are not moved for the sake of evenness.</summary>
    public override bool MayMove => false;

    public override ConnectionClass Class => ConnectionClass.Request;

    public override TimeSpan? SinceLastData => _request.Time.GetElapsedTime(_request.Progress);

    /// <summary>Requests share connections: what the host acknowledges says nothing about one of them.</summary>
    public override TimeSpan? SinceLastAck => null;

    public override ConnectionReading Read() => new(
        _request.Visitor.Site.Name, _request.Visitor.Address, _request.Host, _request.Protocol, Age,
        _request.BytesFromClient, _request.BytesToClient);

    public TimeSpan AgeAt(long timestamp) => _request.Time.GetElapsedTime(_startedAt, timestamp);

    /// <summary>Response headers have come.</summary>
    /// <param name="now">A timestamp.</param>
    public void Answered(long now)
    {
        lock (_clock.Lock)
        {
            _hasAnswer = true;
            _clock.WakeAfter(now, _request.Route!.Options.IdleTimeout);
        }

        if (ClosedFor is not null)
        {
            Cut();
        }
    }

    /// <summary>Ends it when its time is over. Under the clock's lock.</summary>
    /// <param name="now">A timestamp.</param>
    /// <returns>When to ask again; zero: never.</returns>
    public TimeSpan Check(long now)
    {
        var limit = _hasAnswer ? _request.Route!.Options.IdleTimeout : _request.Route!.Options.Timeout;
        if (_hasEnded || limit == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        var left = limit - _request.Time.GetElapsedTime(Math.Max(_request.Progress, _startedAt), now);
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        (IsLate, IsIdle) = (!_hasAnswer, _hasAnswer);
        Cut();
        return TimeSpan.Zero;
    }

    /// <summary>The request has left this backend. Once.</summary>
    public void Dispose()
    {
        Backend.Connections.Remove(this);
        lock (_clock.Lock)
        {
            _hasEnded = true;
        }

        _clientGone.Dispose();
        _clocks.GiveBack(_clock);
        Backend.Leave();
    }

    protected override void Cut()
    {
        // Under the lock: Kestrel gives the context to the connection's next request.
        lock (_clock.Lock)
        {
            if (_hasEnded)
            {
                return;
            }

            if (_hasAnswer)
            {
                _request.Context.Abort();
            }
            else
            {
                _clock.Abandon();
            }
        }
    }
}
