using ApiLb.Backends;

namespace ApiLb.Http;

/// <summary>
/// One request at one backend, until its answer has ended or it is given to another. While it lasts, it is what the backend's
/// <see cref="ConnectionTracker"/> calls a connection. Cut before the answer has begun, the request may go elsewhere; cut
/// afterwards, its client's connection (HTTP/2: stream) is reset.
/// </summary>
internal sealed class BackendAttempt : TrackedConnection, IDisposable
{
    private readonly Lock _lock = new();
    private readonly ProxiedRequest _request;
    private readonly CancellationTokenSource _abandon;
    private readonly ITimer? _timer;
    private readonly long _startedAt;
    private bool _hasAnswer;
    private bool _hasEnded;

    /// <param name="request">Which.</param>
    /// <param name="backend">Entered already.</param>
    /// <param name="cancellation">The client's patience.</param>
    public BackendAttempt(ProxiedRequest request, Backend backend, CancellationToken cancellation)
    {
        _request = request;
        Backend = backend;
        _startedAt = request.Time.GetTimestamp();
        _abandon = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (timeout, idle) = (request.Route!.Options.Timeout, request.Route.Options.IdleTimeout);
        if (timeout > TimeSpan.Zero || idle > TimeSpan.Zero)
        {
            _timer = request.Time.CreateTimer(static state => ((BackendAttempt)state!).OnTimer(), this, Infinite(timeout), Timeout.InfiniteTimeSpan);
        }

        backend.Connections.Add(this);
        IsTooLate = ClosedFor is not null;
    }

    public Backend Backend { get; }

    /// <summary>Fires when the answer is not to be waited for any longer.</summary>
    public CancellationToken Abandoned => _abandon.Token;

    /// <summary>The backend was taken out since it was chosen, and nothing has been sent to it.</summary>
    public bool IsTooLate { get; }

    /// <summary>The backend has not begun to answer in time.</summary>
    public bool IsLate { get; private set; }

    /// <summary>Neither side sent anything for too long.</summary>
    public bool IsIdle { get; private set; }

    public TimeSpan Age => _request.Time.GetElapsedTime(_startedAt);

    /// <summary>Watches and uploads are not moved for the sake of evenness.</summary>
    public override bool MayMove => false;

    public override ConnectionClass Class => ConnectionClass.Request;

    public override TimeSpan? SinceLastData => _request.Time.GetElapsedTime(_request.Progress);

    /// <summary>Requests share connections: what the host acknowledges says nothing about one of them.</summary>
    public override TimeSpan? SinceLastAck => null;

    public override ConnectionReading Read() => new(
        _request.Visitor.Site.Name, _request.Visitor.Address, _request.Host, _request.Protocol, Age,
        _request.BytesFromClient, _request.BytesToClient);

    /// <summary>Response headers have come.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            _hasAnswer = true;
            _timer?.Change(Infinite(_request.Route!.Options.IdleTimeout), Timeout.InfiniteTimeSpan);
        }

        if (ClosedFor is not null)
        {
            Cut();
        }
    }

    /// <summary>The request has left this backend. Once.</summary>
    public void Dispose()
    {
        Backend.Connections.Remove(this);
        lock (_lock)
        {
            _hasEnded = true;
        }

        _timer?.Dispose();
        _abandon.Dispose();
        Backend.Leave();
    }

    protected override void Cut()
    {
        // Under the lock: Kestrel gives the context to the connection's next request.
        lock (_lock)
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
                _ = _abandon.CancelAsync();
            }
        }
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            var limit = _hasAnswer ? _request.Route!.Options.IdleTimeout : _request.Route!.Options.Timeout;
            if (_hasEnded || limit == TimeSpan.Zero)
            {
                return;
            }

            var left = limit - _request.Time.GetElapsedTime(Math.Max(_request.Progress, _startedAt));
            if (left > TimeSpan.Zero)
            {
                _timer!.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            (IsLate, IsIdle) = (!_hasAnswer, _hasAnswer);
        }

        Cut();
    }

    private static TimeSpan Infinite(TimeSpan time) => time == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : time;
}
