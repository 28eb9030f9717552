using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Health;
using ApiLb.Telemetry;

namespace ApiLb.Http;

/// <summary>
/// One request's search for a backend that answers, in the place where YARP expects an HTTP client: so a request that is given to
/// another backend is still one request to YARP. Each backend is tried at most once. Another is tried when nothing was sent,
/// and when the backend closed without an answer and the request may be repeated.
/// </summary>
internal sealed class BackendSearchInvoker(ProxiedRequest request, PoolForwarder forwarder, AttemptClocks clocks) : HttpMessageInvoker(NoHandler, disposeHandler: false)
{
    private static readonly SocketsHttpHandler NoHandler = new();

    private BackendAttempt? _attempt;
    private List<(Backend Backend, FailoverStage Stage)>? _failed;
    private RequestFailure _failure;

    /// <summary>The request has ended.</summary>
    public void End()
    {
        if (_attempt is not { } attempt)
        {
            return;
        }

        _attempt = null;
        request.Failure = FailureOf(attempt) ?? request.Failure;
        attempt.Backend.Counters.Closed(attempt.ClosedFor ?? ForwardingTerms.ReasonOf(request.Failure));
        forwarder.Metrics.Closed(attempt.Backend, attempt.Age);
        attempt.Dispose();
    }

    /// <summary>One state machine, because each one that waits costs every request.</summary>
    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        // SocketsHttpHandler repeats what has no body by itself, also what must not be done twice.
        message.Content ??= request.IsIdempotent ? null : new ByteArrayContent([]);
        var pool = forwarder.Pool;
        RequestInLine? place = null;

        // Whoever comes while others wait joins them, and does not take the place that was promised to the first.
        var mayTry = pool.Line.Length == 0;
        try
        {
            do
            {
                var candidates = mayTry ? Begin() : default;
                while (Enter(ref candidates) is { } backend)
                {
                    var attempt = Begin(backend, cancellationToken);
                    var client = forwarder.EnterClientOf(backend);
                    try
                    {
                        return Served(attempt, await client.Invoker.SendAsync(message, attempt.Abandoned));
                    }
                    catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
                    {
                        _failure = Lose(error, out var maySendAgain);
                        if (!maySendAgain || request.Elapsed >= pool.Options.Connect.TotalTimeout)
                        {
                            break;
                        }
                    }
                    finally
                    {
                        client.Leave();
                    }
                }

                mayTry = true;
            }
            while (_failure is RequestFailure.BackendsFull or RequestFailure.None
                && await (place ??= new RequestInLine(pool, request.Time, request.StartedAt)).WaitAsync(cancellationToken));
        }
        finally
        {
            place?.Dispose();
        }

        request.Failure = _failure == RequestFailure.None ? RequestFailure.BackendsFull : _failure;
        throw new HttpRequestException("no backend answered");
    }

    private Candidates Begin()
    {
        _failure = RequestFailure.NoBackend;
        return forwarder.CandidatesFor(request.Visitor);
    }

    private Backend? Enter(ref Candidates candidates)
    {
        while (candidates.Next() is { } backend)
        {
            // Its name may have lost its address since the snapshot.
            if (backend.Target is null)
            {
                continue;
            }

            if (backend.TryEnter())
            {
                return backend;
            }

            _failure = _failure == RequestFailure.NoBackend ? RequestFailure.BackendsFull : _failure;
        }

        return null;
    }

    private BackendAttempt Begin(Backend backend, CancellationToken cancellation)
    {
        _attempt = new BackendAttempt(request, backend, clocks, cancellation);
        request.Attempts++;
        request.Backend = backend;
        return _attempt;
    }

    private HttpResponseMessage Served(BackendAttempt attempt, HttpResponseMessage response)
    {
        var (backend, now) = (attempt.Backend, request.Time.GetTimestamp());
        attempt.Answered(now);
        if (!request.HasBody)
        {
            var age = attempt.AgeAt(now);
            forwarder.Metrics.FirstByte(backend, age);
            backend.FirstByte.Record(age, request.Time.GetElapsedTime(0, now));
        }

        backend.Counters.ConnectionServed();
        _failed?.ForEach(f => f.Backend.Counters.FailedOver(f.Stage));
        return response;
    }

    private RequestFailure Lose(Exception error, out bool maySendAgain)
    {
        var attempt = _attempt!;
        var dial = Find<DialException>(error);
        var failure = FailureOf(attempt) ?? FailureOf(error, dial);
        maySendAgain = attempt.IsTooLate || dial is { Cause: not HealthCause.LocalFault } || (failure is RequestFailure.Reset or RequestFailure.Cut && request.MayBeRepeated);
        _attempt = null;
        attempt.Backend.Counters.Closed(attempt.ClosedFor ?? ForwardingTerms.ReasonOf(failure));
        attempt.Dispose();
        if (dial is { Cause: not HealthCause.LocalFault } || failure == RequestFailure.Reset)
        {
            Report(attempt.Backend, dial);
        }

        return failure;
    }

    private RequestFailure FailureOf(Exception error, DialException? dial) => dial switch
    {
        { Cause: HealthCause.LocalFault } => RequestFailure.LocalFault,
        { IsTls: true } => RequestFailure.Handshake,
        not null => RequestFailure.Connect,
        _ when request.BodyFailure is { } fault => fault,
        _ => error is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded }
            ? RequestFailure.BadAnswer : RequestFailure.Reset,
    };

    private void Report(Backend backend, DialException? dial)
    {
        (_failed ??= []).Add((backend, dial is null ? FailoverStage.FirstByte : FailoverStage.Connect));
        backend.Counters.ConnectFailed();
        forwarder.Pool.Report(backend, dial is null
            ? new HealthReport(HealthEvidence.ConnectionFailed, HealthCause.Reset, "a client's request was reset before its answer")
            : new HealthReport(HealthEvidence.ConnectionFailed, dial.Cause, $"a client's request could not be sent: {ProbeTextOf(dial)}"));
    }

    private static string ProbeTextOf(DialException dial) => Probing.ProbeText.Clean(dial.Message);

    private static RequestFailure? FailureOf(BackendAttempt attempt) =>
        attempt.IsLate ? RequestFailure.Timeout
        : attempt.IsIdle ? RequestFailure.Idle
        : attempt.ClosedFor is not null ? RequestFailure.Cut
        : null;

    private static T? Find<T>(Exception? error)
        where T : Exception
    {
        while (error is not null and not T)
        {
            error = error.InnerException;
        }

        return (T?)error;
    }
}
