using ApiLb.Admin;
using ApiLb.Configuration;
using ApiLb.Configuration.Changes;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging;

namespace ApiLb.Deployment;

/// <summary>
/// Reloads the configuration when asked, one reload at a time: whoever asks while one runs shares the next with all others
/// who do. A reload that fails changes nothing, and says so. Thread-safe; disposing refuses further ones.
/// </summary>
internal sealed partial class ReloadService(
    ReloadTerms terms, RunningConfiguration running, ReloadImpact impact, ReloadCounters counters, ILogger<ReloadService> logger) : IAsyncDisposable
{
    private const string Stopping = "the daemon is stopping, or another has taken over";

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task<ReloadStatus>? _next;
    private bool _isClosed;

    /// <summary>Reads the file and makes it run. Never fails; what went wrong is in the answer.</summary>
    public Task<ReloadStatus> ReloadAsync()
    {
        lock (_lock)
        {
            return _isClosed ? Task.FromResult(Failure(Stopping)) : _next ??= Task.Run(ReloadInTurnAsync);
        }
    }

    /// <summary>Reads the file and tells what a reload would do. Never fails, and changes nothing.</summary>
    public async Task<ReloadStatus> PreviewAsync()
    {
        await _turn.WaitAsync();
        try
        {
            return await AttemptAsync(isDry: true);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Waits for the reload that runs, and lets none begin until what this returns is disposed.</summary>
    public async Task<IDisposable> PauseAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        return new Pause(_turn);
    }

    /// <summary>Refuses reloads from now on, those that wait for their turn included.</summary>
    public Task CloseAsync()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        return _stop.CancelAsync();
    }

    /// <summary>Ends the reload that runs, as soon as nothing is half done, and refuses others.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await _turn.WaitAsync();
        _turn.Release();
    }

    private async Task<ReloadStatus> ReloadInTurnAsync()
    {
        await _turn.WaitAsync();
        lock (_lock)
        {
            // From now on the file may change after it was read: whoever asks needs another reload.
            _next = null;
        }

        try
        {
            await terms.Begin();
            var status = _stop.IsCancellationRequested ? Failure(Stopping) : await AttemptAsync(isDry: false);
            Tell(status);
            await terms.End();
            return status;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ReloadStatus> AttemptAsync(bool isDry)
    {
        try
        {
            var read = await terms.Load(_stop.Token);
            if (!read.IsValid)
            {
                return Failure(ConfigurationReport.Summary(read)) with { Findings = ConfigurationReport.Lines(read) };
            }

            var plan = running.PlanFor(await LoadedConfiguration.OfAsync(read.Options, _stop.Token));
            var status = StatusOf(plan, isDry) with { Findings = ConfigurationReport.Lines(read) };
            if (!isDry && !plan.IsEmpty)
            {
                await running.ApplyAsync(plan, _stop.Token);
            }

            return status;
        }
        catch (OperationCanceledException)
        {
            return Failure(Stopping);
        }
        catch (IOException error)
        {
            return Failure(error.Message);
        }
        catch (Exception error)
        {
            Log.Bug(logger, error);
            return Failure("a bug in ApiLb, see the log; restart it to be sure of what runs");
        }
    }

    private ReloadStatus StatusOf(ReloadPlan plan, bool isDry)
    {
        var restarts = plan.Changes.Count(ReloadPlan.NeedsRestart);
        var applied = plan.Changes.Count - restarts;
        var rest = restarts == 0 ? "" : $"; {Count(restarts)} more with a restart of the daemon";
        return isDry
            ? new ReloadStatus(ReloadStatus.Preview, $"a reload would apply {Count(applied)}{rest}", impact.Of(plan))
            : new ReloadStatus(ResultOf(plan), applied == 0 ? $"nothing to apply{rest}" : $"{Count(applied)} applied{rest}", impact.Of(plan));
    }

    private static string Count(int changes) => changes == 1 ? "1 change" : $"{changes} changes";

    private static string ResultOf(ReloadPlan plan) => EnumLabel.Snake(plan.IsEmpty ? ReloadResult.Unchanged : ReloadResult.Applied);

    private static ReloadStatus Failure(string why) => new(ReloadStatus.Failed, $"{why.TrimEnd('.')}. Nothing was changed", []);

    private void Tell(ReloadStatus status)
    {
        foreach (var finding in status.Findings)
        {
            Log.Finding(logger, ConfigurationReport.IsWarning(finding) ? LogLevel.Warning : LogLevel.Error, finding);
        }

        foreach (var change in status.Changes)
        {
            Log.Changed(logger, change.NeedsRestart ? LogLevel.Warning : LogLevel.Information, change.Change, change.Effect is null ? "" : $": {change.Effect}");
        }

        if (status.Result == ReloadStatus.Failed)
        {
            counters.Reloaded(ReloadResult.Failed);
            Log.Failed(logger, status.Message);
        }
        else
        {
            counters.Reloaded(status.Result == EnumLabel.Snake(ReloadResult.Applied) ? ReloadResult.Applied : ReloadResult.Unchanged);
            Log.Done(logger, status.Message);
        }
    }

    private sealed class Pause(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Configuration read again: {Message}.")]
        public static partial void Done(ILogger logger, string message);

        [LoggerMessage(2, LogLevel.Error, "Reload failed: {Message}.")]
        public static partial void Failed(ILogger logger, string message);

        [LoggerMessage(EventId = 3, Message = "{Finding}")]
        public static partial void Finding(ILogger logger, LogLevel level, string finding);

        [LoggerMessage(EventId = 4, Message = "{Change}{Effect}")]
        public static partial void Changed(ILogger logger, LogLevel level, string change, string effect);

        [LoggerMessage(5, LogLevel.Critical, "Reload: a bug in ApiLb.")]
        public static partial void Bug(ILogger logger, Exception error);
    }
}
