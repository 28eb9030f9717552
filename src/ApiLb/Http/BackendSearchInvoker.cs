using System.Runtime.CompilerServices;
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
internal sealed class BackendSearchInvoker(ProxiedRequest request, PoolForwarder forwarder) : HttpMessageInvoker(NoHandler, disposeHandler: false)
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

    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        // SocketsHttpHandler repeats what has no body by itself, also what must not be done twice.
        message.Content ??= request.IsIdempotent ? null : new ByteArrayContent([]);
        var pool = forwarder.Pool;
        var startedAt = request.Time.GetTimestamp();
        RequestInLine? place = null;

        // Whoever comes while others wait joins them, and does not take the place that was promised to the first.
        var mustWait = pool.Line.Length > 0;
        try
        {
            do
            {
                if (!mustWait && await SearchAsync(message, cancellationToken) is { } response)
                {
                    return response;
                }

                mustWait = false;
            }
            while (_failure is RequestFailure.BackendsFull or RequestFailure.None
                && await (place ??= new RequestInLine(pool, request.Time, startedAt)).WaitAsync(cancellationToken));
        }
        finally
        {
            place?.Dispose();
        }

        request.Failure = _failure == RequestFailure.None ? RequestFailure.BackendsFull : _failure;
        throw new HttpRequestException("no backend answered");
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<HttpResponseMessage?> SearchAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        var candidates = forwarder.CandidatesFor(request.Visitor);
        _failure = RequestFailure.NoBackend;
        while (Enter(ref candidates) is { } backend)
        {
            Begin(backend, cancellation);
            try
            {
                return await SendAsync(backend, message);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                _failure = Lose(error, out var maySendAgain);
                if (!maySendAgain || request.Elapsed >= forwarder.Pool.Options.Connect.TotalTimeout)
                {
                    break;
                }
            }
        }

        return null;
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

    private void Begin(Backend backend, CancellationToken cancellation)
    {
        _attempt = new BackendAttempt(request, backend, cancellation);
        request.Attempts++;
        request.Backend = backend;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<HttpResponseMessage> SendAsync(Backend backend, HttpRequestMessage message)
    {
        var attempt = _attempt!;
        var response = await forwarder.ClientOf(backend).Invoker.SendAsync(message, attempt.Abandoned);
        attempt.Answered();
        if (!request.HasBody)
        {
            forwarder.Metrics.FirstByte(backend, attempt.Age);
            backend.FirstByte.Record(attempt.Age, forwarder.Pool.Now);
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
