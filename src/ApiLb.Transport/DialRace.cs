using System.Threading.Tasks.Sources;

namespace ApiLb.Transport;

/// <summary>
/// Attempts in flight for one client: it begins handshakes, sends the client's first flight to whoever connects, and tells
/// its owner one event at a time. It decides nothing: whom to try, when, and who wins is the owner's.
/// </summary>
/// <remarks>
/// One owner calls <see cref="Start"/>, <see cref="NextAsync"/> and <see cref="End"/>, one after the other, and continues on
/// the reactor thread. Events that come while the owner does not wait are kept for it.
/// </remarks>
internal sealed class DialRace : WheelTimer, IConnectionOperation, IReactorWork, IValueTaskSource<DialEvent>
{
    /// <summary>
    /// How long a client is not watched for its leaving: most races are over long before anybody could leave, and watching
    /// costs every connection a wake-up that says nothing.
    /// </summary>
    private static readonly TimeSpan UnwatchedFor = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly ReactorSocket _client;
    private readonly DialTerms _terms;
    private Queue<DialEvent>? _kept;
    private ManualResetValueTaskSourceCore<DialEvent> _source;
    private TimeSpan _patience;
    private bool _isWaiting;
    private bool _isOver;

    /// <param name="client">Whom to dial for; watched for its leaving.</param>
    /// <param name="terms">What each backend is sent once it is connected, and what is then waited for.</param>
    public DialRace(ReactorSocket client, DialTerms terms)
    {
        _client = client;
        _terms = terms;
        client.Handler = this;

        // It may have gone before there was a handler to tell.
        OnClient();
    }

    /// <summary>Begins one attempt. A failure, even an immediate one, comes as an event.</summary>
    public BackendConnection Start(DialTarget target, object? tag)
    {
        var startedAt = _client.Reactor.Time.GetTimestamp();
        var fd = Dialer.Begin(target, _terms.Source, out var failure);
        var attempt = new BackendConnection(fd, _client.Reactor, startedAt)
        {
            Tag = tag,
            ClientBytesReached = -_terms.HeaderLength,
            LacksKeepAlive = target.Family != Native.AfUnix,
            Handler = this,
        };
        if (failure == DialFailure.None && attempt.Register() < 0)
        {
            attempt.Close();
            failure = DialFailure.LocalFault;
        }

        if (failure != DialFailure.None)
        {
            Tell(new DialEvent(DialEventKind.Failed, attempt, failure));
        }

        return attempt;
    }

    /// <summary>Waits for the next event, for at most <paramref name="patience"/>.</summary>
    public ValueTask<DialEvent> NextAsync(TimeSpan patience)
    {
        lock (_lock)
        {
            if (_kept is not null && _kept.TryDequeue(out var kept))
            {
                return new ValueTask<DialEvent>(kept);
            }

            _source.Reset();
            _isWaiting = true;
        }

        _patience = patience;
        _client.Reactor.Arm(this, _client.IsRegistered || patience < UnwatchedFor ? patience : UnwatchedFor);
        return new ValueTask<DialEvent>(this, _source.Version);
    }

    /// <summary>Ends the race: no more events. The attempts stay as they are; the owner closes those it does not want.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
        }

        _client.Reactor.Cancel(this);
    }

    public void OnReady(ReactorSocket socket)
    {
        if (ReferenceEquals(socket, _client))
        {
            OnClient();
        }
        else
        {
            OnAttempt((BackendConnection)socket);
        }
    }

    internal override void OnTimeout()
    {
        if (_client.IsRegistered || _patience < UnwatchedFor)
        {
            TellIfWaiting(new DialEvent(DialEventKind.PatienceOver));
        }
        else if (_client.Register() < 0)
        {
            Tell(new DialEvent(DialEventKind.Aborted));
        }
        else
        {
            _client.Reactor.Arm(this, _patience - UnwatchedFor);
        }
    }

    /// <summary>Makes the owner look again: something outside of the race has changed. Any thread.</summary>
    /// <remarks>
    /// By way of the reactor, whose socket it is; and whom the owner wakes in turn would else continue inside of it, and so on.
    /// </remarks>
    public void Wake() => _client.Reactor.Post(this);

    void IReactorWork.Run() => Tell(new DialEvent(DialEventKind.Woken));

    public void Abort() => Tell(new DialEvent(DialEventKind.Aborted));

    DialEvent IValueTaskSource<DialEvent>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<DialEvent>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<DialEvent>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    /// <summary>A client that has only finished sending may still be served; one that has reset may not.</summary>
    private void OnClient()
    {
        if (_client.HasFailed)
        {
            Tell(new DialEvent(DialEventKind.ClientGone));
        }
    }

    private void OnAttempt(BackendConnection attempt)
    {
        var isNew = !attempt.IsConnected;
        if (isNew && !FinishHandshake(attempt))
        {
            return;
        }

        if (RestFor(attempt).Length > 0)
        {
            isNew = true;
            if (!SendFirstFlight(attempt))
            {
                return;
            }
        }

        if (_terms.AwaitsAnswer && attempt.CanRead)
        {
            OnFirstByte(attempt);
        }
        else if (!_terms.AwaitsAnswer && isNew)
        {
            Tell(new DialEvent(DialEventKind.Connected, attempt));
        }
    }

    private bool FinishHandshake(BackendConnection attempt)
    {
        if (attempt.HasFailed && Native.TakeError(attempt.Fd) is < 0 and var error)
        {
            Fail(attempt, Dialer.FailureOf(-error));
            return false;
        }

        if (!attempt.CanWrite)
        {
            return false;
        }

        attempt.Connected(_client.Reactor.Time.GetElapsedTime(attempt.StartedAt));
        return true;
    }

    private unsafe bool SendFirstFlight(BackendConnection attempt)
    {
        var rest = RestFor(attempt);
        int sent;
        fixed (byte* p = rest)
        {
            sent = Native.Send(attempt.Fd, p, rest.Length);
        }

        if (sent is < 0 and not -Errno.Again)
        {
            Fail(attempt, Dialer.FailureOf(-sent));
            return false;
        }

        attempt.ClientBytesReached += Math.Max(sent, 0);
        attempt.CanWrite = sent == rest.Length;
        return attempt.CanWrite;
    }

    /// <summary>What of the first flight it has not been sent.</summary>
    private ReadOnlySpan<byte> RestFor(BackendConnection attempt) => _terms.FirstFlight.Span[(attempt.ClientBytesReached + _terms.HeaderLength)..];

    private unsafe void OnFirstByte(BackendConnection attempt)
    {
        byte first;
        var length = attempt.HasPeerFinished ? Native.Receive(attempt.Fd, &first, 1, Native.MsgPeek) : 1;
        switch (length)
        {
            case > 0:
                Tell(new DialEvent(DialEventKind.FirstByte, attempt));
                break;
            case 0:
                Fail(attempt, DialFailure.Closed);
                break;
            case not -Errno.Again:
                Fail(attempt, Dialer.FailureOf(-length));
                break;
        }
    }

    private void Fail(BackendConnection attempt, DialFailure failure)
    {
        attempt.Close();
        Tell(new DialEvent(DialEventKind.Failed, attempt, failure));
    }

    private void Tell(DialEvent dialEvent)
    {
        lock (_lock)
        {
            if (_isOver)
            {
                return;
            }

            if (!_isWaiting)
            {
                (_kept ??= new Queue<DialEvent>()).Enqueue(dialEvent);
                return;
            }

            _isWaiting = false;
        }

        _client.Reactor.Cancel(this);
        _source.SetResult(dialEvent);
    }

    private void TellIfWaiting(DialEvent dialEvent)
    {
        lock (_lock)
        {
            if (_isOver || !_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _source.SetResult(dialEvent);
    }
}
