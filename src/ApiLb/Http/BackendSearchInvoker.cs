using System.Net.Http;
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
    private List<Backend>? _failed;

    /// <summary>The request has ended.</summary>
    /// <param name="reason">Why, for its backend.</param>
    public void End(CloseReason reason)
    {
        if (_attempt is { } attempt)
        {
            _attempt = null;
            attempt.Backend.Counters.Closed(attempt.ClosedFor ?? reason);
            forwarder.Metrics.Closed(attempt.Backend, attempt.Age);
            request.Failure = FailureOf(attempt) ?? request.Failure;
            attempt.Dispose();
        }
    }

    public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        var candidates = forwarder.CandidatesFor(request.Visitor);
        var failure = RequestFailure.NoBackend;
        var totalTimeout = forwarder.Pool.Options.Connect.TotalTimeout;
        while (Enter(ref candidates, ref failure) is { } backend)
        {
            Begin(backend, cancellationToken);
            try
            {
                return await SendAsync(backend, message);
            }
            catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                failure = Lose(error, out var maySendAgain);
                if (!maySendAgain || (failure is RequestFailure.Connect && request.Elapsed >= totalTimeout))
                {
                    break;
                }
            }
        }

        request.Failure = failure;
        throw new HttpRequestException("no backend answered");
    }

    private Backend? Enter(ref Candidates candidates, ref RequestFailure failure)
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

            failure = failure == RequestFailure.NoBackend ? RequestFailure.BackendsFull : failure;
        }

        return null;
    }

    private void Begin(Backend backend, CancellationToken cancellation)
    {
        _attempt = new BackendAttempt(request, backend, cancellation);
        request.Attempts++;
        request.Backend = backend;
    }

    private async Task<HttpResponseMessage> SendAsync(Backend backend, HttpRequestMessage message)
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
        _failed?.ForEach(b => b.Counters.FailedOver());
        return response;
    }

    private RequestFailure Lose(Exception error, out bool maySendAgain)
    {
        var attempt = _attempt!;
        var dial = Find<DialException>(error);
        var failure = FailureOf(attempt) ?? (dial is { IsTls: true } ? RequestFailure.Handshake : dial is not null ? RequestFailure.Connect
            : error is HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } ? RequestFailure.BadAnswer
            : RequestFailure.Reset);
        maySendAgain = dial is not null || (failure is RequestFailure.Reset or RequestFailure.Cut && request.MayBeRepeated);
        _attempt = null;
        attempt.Dispose();
        if (dial is { Cause: HealthCause.LocalFault })
        {
            maySendAgain = false;
            return RequestFailure.LocalFault;
        }

        if (dial is not null || failure == RequestFailure.Reset)
        {
            Report(attempt.Backend, dial);
        }

        return failure;
    }

    private void Report(Backend backend, DialException? dial)
    {
        (_failed ??= []).Add(backend);
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
