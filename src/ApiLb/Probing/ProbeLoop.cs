using ApiLb.Backends;
using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// Checks one backend again and again, and reports to its pool. Ends when it is told to stop, and then closes what it kept.
/// </summary>
internal sealed partial class ProbeLoop(BackendCheck check, Backend backend, BackendPool pool, ProbeSchedule schedule, ILogger logger)
{
    private readonly UnauthorizedWatch _unauthorized = new();
    private readonly TaskCompletionSource _firstCheck = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first check has ended, was not wanted, or never came because probing stopped.</summary>
    public Task FirstCheckCompleted => _firstCheck.Task;

    public async Task RunAsync(ProbeAlarm alarm, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                var started = pool.Now;
                await StepAsync(stop);
                _firstCheck.TrySetResult();
                await alarm.WaitAsync(started + NextInterval() - pool.Now, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The way every loop ends.
        }
        finally
        {
            _firstCheck.TrySetResult();
            await check.DisposeAsync();
        }
    }

    private TimeSpan NextInterval() => backend.Silence?.IsYoung(pool.Now) == true ? TimeSpan.Zero :
        schedule.NextAfter(backend.Health.Current, backend.LastProbe, pool.Now);

    private async ValueTask StepAsync(CancellationToken stop)
    {
        if (backend.Mode == OperatorMode.Maint)
        {
            return;
        }

        try
        {
            pool.BeginProbe(backend);
            if (await check.RunAsync(stop) is { } result)
            {
                Report(result);
            }

            await check.LearnAsync(stop);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            Log.Bug(logger, e, backend.Pool, backend.Name);
        }
    }

    private void Report(ProbeResult result)
    {
        var report = _unauthorized.Judge(result.Report, result.StatusCode, backend.Health.Current.Status);
        pool.RecordProbe(backend, result with { Report = report });
        if (_unauthorized.IsNews)
        {
            Log.ReadinessUnknown(logger, backend.Pool, backend.Name, report.Detail);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pool {Pool}: backend {Backend} is {Detail}")]
        public static partial void ReadinessUnknown(ILogger logger, string pool, string backend, string detail);

        [LoggerMessage(2, LogLevel.Error, "Pool {Pool}: backend {Backend}: a check failed in a way that is a bug of ApiLb")]
        public static partial void Bug(ILogger logger, Exception exception, string pool, string backend);
    }
}
