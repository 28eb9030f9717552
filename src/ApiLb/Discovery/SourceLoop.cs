using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>Looks at one source again and again and hands what it sees to the pool's members. Ends when it is told to stop.</summary>
internal sealed partial class SourceLoop(IMemberSource source, PoolMembers members, SourceWaits waits, ILogger logger)
{
    public async Task RunAsync(CancellationToken stop)
    {
        using var ownedSource = source;
        using var ownedWaits = waits;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await StepAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The way every loop ends.
            }
            catch (Exception e)
            {
                Log.Bug(logger, e, members.Pool, source.Name);
                await waits.AfterFailureAsync(DiscoveryResult.FailedStatus, stop);
            }
        }
    }

    private async Task StepAsync(CancellationToken stop)
    {
        waits.BeginLook();
        var found = await source.LookAsync(stop);
        var result = await members.TakeAsync(source.Name, found, stop);
        if (result >= DiscoveryResult.FailedConfiguration)
        {
            await waits.AfterFailureAsync(result, stop);
        }
        else if (result is DiscoveryResult.RefusedEmpty or DiscoveryResult.RefusedShrink)
        {
            await waits.AfterDoubtAsync(stop);
        }
        else if (await source.WaitForChangeAsync(stop) is { } failure)
        {
            members.WaitFailed(source.Name, failure);
            await waits.AfterFailureAsync(failure.Result, stop);
        }
        else
        {
            waits.Succeeded();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Pool {Pool}: discovery from {Source} failed in a way that is a bug of ApiLb")]
        public static partial void Bug(ILogger logger, Exception exception, string pool, string source);
    }
}
