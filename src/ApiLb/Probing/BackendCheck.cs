using ApiLb.Backends;
using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// Runs single checks of one backend: deadline, duration, from when on its connection is, and the rule that our own faults are no evidence.
/// </summary>
internal sealed partial class BackendCheck(Backend backend, IProber prober, TimeSpan timeout, TimeProvider time, ILogger logger)
    : IAsyncDisposable
{
    private const int Attempts = 2;

    /// <summary>Of a kept connection: earlier than anything that this check is to excuse.</summary>
    private static readonly TimeSpan Before = TimeSpan.MinValue;

    private bool IsSuspect => backend.Health.Current.Status == HealthStatus.Suspect;

    /// <summary>Runs one check, and once more when ApiLb itself was stalled during the first.</summary>
    /// <returns>The result; null when it says nothing about the backend.</returns>
    public async ValueTask<ProbeResult?> RunAsync(CancellationToken stop)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var started = time.GetTimestamp();
            var startedAt = time.GetElapsedTime(0);
            var sent = backend.Counters.BytesToClient;
            using var deadline = new ProbeDeadline(time, Patience(), stop);
            var verdict = backend.EndPoint is { } endPoint
                ? await prober.ProbeAsync(endPoint, IsSuspect, deadline.Token)
                : ProbeVerdict.Unreachable(ProbeLayer.L4, HealthCause.UnresolvedName, $"{backend.Options.Address.Host} has no address yet");
            stop.ThrowIfCancellationRequested();

            var duration = time.GetElapsedTime(started);
            if (!verdict.IsEvidence)
            {
                Log.LocalFault(logger, backend.Pool, backend.Name, verdict.Report.Detail);
                return null;
            }

            if (!MayComeFromOurDelay(verdict.Report.Cause) || !deadline.HasStalled)
            {
                var (evidence, _, detail, _) = verdict.Report;
                Log.Checked(logger, backend.Pool, backend.Name, evidence, verdict.Layer, detail, duration.TotalMilliseconds);
                return new ProbeResult(verdict.Report with { OpenedAt = verdict.IsFresh ? startedAt : Before }, verdict.Layer, verdict.StatusCode, duration, time.GetElapsedTime(0))
                {
                    Stage = verdict.Stage,
                    IsFresh = verdict.IsFresh,
                    IsAcknowledged = verdict.IsAcknowledged,
                    IsOwnLinkDown = verdict.Report.Evidence == HealthEvidence.HostSilent && OwnLink.IsDown(backend.EndPoint!),
                    HasSentMeanwhile = backend.Counters.BytesToClient != sent,
                };
            }

            Log.Stalled(logger, backend.Pool, backend.Name, duration.TotalMilliseconds, verdict.Report.Detail);
        }

        return null;
    }

    /// <summary>Puts down what the last check showed beside health.</summary>
    public async ValueTask LearnAsync(CancellationToken stop)
    {
        if (await prober.LearnAsync(stop) is { } facts)
        {
            backend.Facts = facts;
        }
    }

    public ValueTask DisposeAsync() => prober.DisposeAsync();

    /// <summary>
    /// While a process is silent, checks share what is left until that is proven: the last one must not end seconds after it. None is
    /// shorter than half of the usual time, in which a slow answer may still come.
    /// </summary>
    private TimeSpan Patience() => backend.Health.SilenceLeft(time.GetElapsedTime(0)) is { } left && left > TimeSpan.Zero
        ? Max(left / Math.Ceiling(left / timeout), timeout / 2)
        : timeout;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    // Silence may be ours, and a server that waited for us in vain closes or resets. A refusal or a bad certificate is its own word.
    private static bool MayComeFromOurDelay(HealthCause cause) =>
        cause is HealthCause.ConnectTimeout or HealthCause.Unacknowledged or HealthCause.ResponseTimeout or HealthCause.Reset or HealthCause.Closed;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Pool {Pool}: backend {Backend} checked: {Evidence} at {Layer}: {Detail} ({Milliseconds} ms)")]
        public static partial void Checked(
            ILogger logger, string pool, string backend, HealthEvidence evidence, ProbeLayer layer, string detail, double milliseconds);

        [LoggerMessage(2, LogLevel.Debug, "Pool {Pool}: backend {Backend} not checked, which says nothing about it: {Detail}")]
        public static partial void LocalFault(ILogger logger, string pool, string backend, string detail);

        [LoggerMessage(
            3,
            LogLevel.Information,
            "Pool {Pool}: backend {Backend}: a check of {Milliseconds} ms is discarded, ApiLb itself was stalled during it ({Detail})")]
        public static partial void Stalled(ILogger logger, string pool, string backend, double milliseconds, string detail);
    }
}
