using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// The checks <c>kube-apiserver</c>, <c>https</c> and <c>http</c>: one GET over a kept connection, over a fresh one every n-th time.
/// Whether a silence is the host's or the process's is told by the kernel, and by asking the other way too: over a fresh connection
/// when the kept one is silent, over the kept one when a fresh one cannot be had.
/// </summary>
internal sealed class HttpProber(HealthOptions options, ProbeTargets targets, ProbeDialer dialer, HttpExchange exchange, TimeProvider time)
    : IProber
{
    /// <summary>A fresh connection that takes longer gets company: the old one is asked beside it.</summary>
    internal static readonly TimeSpan DialPatience = TimeSpan.FromMilliseconds(200);

    /// <summary>For the SYN-ACK of a host that acknowledged no data either. The kernel repeats a SYN after a second: until then, waiting longer brings no second chance.</summary>
    internal static readonly TimeSpan LastSynPatience = TimeSpan.FromMilliseconds(250);

    private static ProbeVerdict Unacknowledged => ProbeVerdict.Unacknowledged(ProbeLayer.L7, "the host does not acknowledge the request");

    private readonly LivenessCheck? _liveness = targets.Liveness is { } uri ? new LivenessCheck(uri, dialer, exchange, time) : null;
    private readonly FactFinder _facts = new(targets.Version, exchange, time);
    private KeptConnection? _kept;

    // The conversation on it broke off without a word from the server: nobody asks there any more, but its kernel still acknowledges.
    private KeptConnection? _broken;

    // Acknowledged nothing when it was asked last: then one more unanswered SYN need not be waited for as if it were the first.
    private EndPoint? _silentHost;

    // Its host acknowledged what the process did not answer when it was asked last. The connection that showed it is gone.
    private bool _wasProcessSilent;

    /// <summary>As for <see cref="AckWatch"/>.</summary>
    public Action? Unheard { get; init; }

    public async ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, bool needsFresh, CancellationToken deadline)
    {
        if (_kept is { } kept)
        {
            kept.IsToBeReplaced |= needsFresh;
        }

        var verdict = await CheckAsync(endPoint, deadline);
        _silentHost = verdict.Report.Cause == HealthCause.Unacknowledged ? endPoint : null;
        _wasProcessSilent = verdict.Report.Evidence == HealthEvidence.ProcessSilent;
        return verdict;
    }

    public ValueTask<BackendFacts?> LearnAsync(CancellationToken stop) => _facts.LearnAsync(_kept, stop);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await ForgetBrokenAsync();
    }

    private async ValueTask<ProbeVerdict> CheckAsync(EndPoint endPoint, CancellationToken deadline)
    {
        if (_kept is { } kept && !IsWorn(kept, endPoint))
        {
            var answer = await AskAsync(kept, deadline);
            if (answer.Outcome is HttpOutcome.Answered or HttpOutcome.Failed)
            {
                return await ConcludeAsync(answer, isFresh: false, deadline);
            }

            if (answer.Outcome == HttpOutcome.Unacknowledged)
            {
                _silentHost = endPoint;
            }
        }

        return await ProbeFreshAsync(endPoint, deadline);
    }

    private bool IsWorn(KeptConnection kept, EndPoint endPoint) =>
        kept.IsToBeReplaced || kept.Checks >= options.FreshConnectionEvery || !kept.EndPoint.Equals(endPoint);

    private async ValueTask<ProbeVerdict> ProbeFreshAsync(EndPoint endPoint, CancellationToken deadline)
    {
        var old = _kept is { } kept && kept.EndPoint.Equals(endPoint) ? kept : null;
        var isSilent = endPoint.Equals(_silentHost);
        using var tooLong = new CancellationTokenSource(isSilent ? LastSynPatience : Timeout.InfiniteTimeSpan, time);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(deadline, tooLong.Token);
        var dialling = dialer.DialAsync(endPoint, patience.Token, deadline).AsTask();
        var before = await HearWhileAsync(dialling, old, endPoint, deadline);
        if (before?.Outcome == HttpOutcome.Unacknowledged)
        {
            isSilent = true;
            await patience.CancelAsync();
        }

        var dialled = await dialling;
        _facts.Saw(dialled.Certificate);
        return dialled.TryGet(out var connection)
            ? await ProbeOverAsync(connection, deadline)
            : await WithoutFreshAsync(dialled.Failure, isSilent, before ?? HttpAnswer.Gone, deadline);
    }

    private async ValueTask<ProbeVerdict> ProbeOverAsync(ProbeConnection connection, CancellationToken deadline)
    {
        await CloseAsync();
        await ForgetBrokenAsync();
        _kept = new KeptConnection(connection);
        var answer = await AskAsync(_kept, deadline);
        return answer.Outcome == HttpOutcome.Unacknowledged
            ? Unacknowledged with { IsFresh = true }
            : await ConcludeAsync(answer, isFresh: true, deadline);
    }

    /// <summary>While a fresh connection does not come about, the old one tells whether the host is there at all.</summary>
    private async ValueTask<HttpAnswer?> HearWhileAsync(Task<DialResult> dialling, KeptConnection? old, EndPoint endPoint, CancellationToken deadline)
    {
        await ((Task)dialling).WaitAsync(DialPatience, time, CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (dialling.IsCompleted)
        {
            return null;
        }

        var answer = old is null ? null : await AskWhileAsync(dialling, old, deadline);
        return answer is null or { Outcome: HttpOutcome.Gone } && _broken is { } broken && broken.EndPoint.Equals(endPoint)
            ? await WatchWhileAsync(dialling, broken, deadline) ?? answer
            : answer;
    }

    private async ValueTask<HttpAnswer> AskWhileAsync(Task<DialResult> dialling, KeptConnection old, CancellationToken deadline)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var asking = AskAsync(old, enough.Token).AsTask();
        if (await Task.WhenAny(asking, dialling) == dialling && (await dialling).Connection is not null)
        {
            await enough.CancelAsync();
        }

        return await asking;
    }

    private async ValueTask<HttpAnswer?> WatchWhileAsync(Task<DialResult> dialling, KeptConnection broken, CancellationToken deadline)
    {
        using var watch = AckWatch.OfBroken(() => TcpVitals.Read(broken.Socket), time, Unheard, deadline);
        await ((Task)dialling).WaitAsync(watch.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return watch.IsHostSilent ? HttpAnswer.Unacknowledged : null;
    }

    /// <summary>No fresh connection could be had: what that means depends on what the old one said.</summary>
    private async ValueTask<ProbeVerdict> WithoutFreshAsync(
        ProbeVerdict failure, bool isSilent, HttpAnswer before, CancellationToken deadline)
    {
        if (!failure.IsEvidence)
        {
            // Out of file descriptors or ports, checks go on over what is open.
            var answer = _kept is { } kept && before.Outcome != HttpOutcome.Answered ? await AskAsync(kept, deadline) : before;
            return answer.Outcome == HttpOutcome.Answered ? await ConcludeAsync(answer, isFresh: false, deadline) : failure;
        }

        var isSilence = failure.Report.Evidence is HealthEvidence.HostSilent or HealthEvidence.ProcessSilent;
        return isSilence && before.Outcome == HttpOutcome.Answered ? AnswerVerdict.WithoutNewConnections(before.Status) with { Stage = failure.Stage }
            : failure.Report.Cause != HealthCause.ConnectTimeout ? failure
            : before.IsSilence ? before.Failure
            : isSilent ? ProbeVerdict.Unacknowledged(ProbeLayer.L4, "the host acknowledges nothing, neither data nor new connections") with
            {
                IsFresh = true,
            }

            // A frozen process's full accept queue drops SYNs as well: that the host fell silent too is not known.
            : _wasProcessSilent ? failure with { Report = failure.Report with { Evidence = HealthEvidence.ProcessSilent } }
            : failure;
    }

    private async ValueTask<HttpAnswer> AskAsync(KeptConnection connection, CancellationToken deadline)
    {
        connection.Checks++;
        var asking = exchange.AskAsync(connection, targets.Check, deadline).AsTask();
        var liveness = _liveness is null ? null : await _liveness.AskIfSilentAsync(asking, connection.EndPoint, options.Timeout / 2, deadline);
        var answer = await asking;
        await KeepOrEndAsync(connection, answer);
        return answer.IsSilence && liveness is { Outcome: HttpOutcome.Answered }
            ? HttpAnswer.Failed(LivenessCheck.AliveButSilent(liveness))
            : answer;
    }

    private async ValueTask<ProbeVerdict> ConcludeAsync(HttpAnswer answer, bool isFresh, CancellationToken deadline)
    {
        if (answer.Outcome != HttpOutcome.Answered)
        {
            return answer.Failure with { IsFresh = isFresh };
        }

        var verdict = options.Type == HealthCheckType.KubeApiserver
            ? AnswerVerdict.FromApiserver(answer.Status, answer.Body.Span, answer.IsWhole)
            : AnswerVerdict.FromWebServer(answer.Status);
        if (_liveness is not null && _kept is { } kept && LivenessCheck.IsWanted(verdict))
        {
            var liveness = await exchange.AskAsync(kept, targets.Liveness!, deadline);
            await KeepOrEndAsync(kept, liveness);
            verdict = liveness.Outcome == HttpOutcome.Unacknowledged ? Unacknowledged : LivenessCheck.Refine(verdict, liveness);
        }

        return verdict with { IsFresh = isFresh, IsAcknowledged = verdict.IsAcknowledged ?? true };
    }

    /// <summary>What cannot serve again is ended: in order when the server was orderly, else without a word.</summary>
    private async ValueTask KeepOrEndAsync(KeptConnection connection, HttpAnswer answer)
    {
        if (answer.IsReusable || !ReferenceEquals(connection, _kept))
        {
            return;
        }

        if (answer is { Outcome: HttpOutcome.Answered, IsWhole: true })
        {
            await CloseAsync();
        }
        else
        {
            _kept = null;
            await BreakOffAsync(connection);
        }
    }

    private async ValueTask BreakOffAsync(KeptConnection connection)
    {
        if (TcpVitals.Read(connection.Socket) is not { IsEstablished: true })
        {
            await connection.DisposeAsync();
            return;
        }

        await ForgetBrokenAsync();
        _broken = connection;
    }

    private async ValueTask ForgetBrokenAsync()
    {
        if (_broken is { } broken)
        {
            _broken = null;
            await broken.DisposeAsync();
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_kept is { } kept)
        {
            _kept = null;
            await kept.CloseAsync(time);
        }
    }
}
