using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>Looks at one source again and again and hands what it sees to the pool's members. Ends when it is told to stop.</summary>
internal sealed partial class SourceLoop(IMemberSource source, PoolMembers members, Backoff backoff, TimeProvider time, ILogger logger)
{
    /// <summary>Changes come in groups: when apiservers restart, one after the other.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>So soon an observation that is not believed is made again; three of them span what an apiserver needs to restart.</summary>
    private static readonly TimeSpan BeforeBelieving = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken stop)
    {
        using var owned = source;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(await StepAsync(stop), time, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The way every loop ends.
            }
            catch (Exception e)
            {
                Log.Bug(logger, e, members.Pool, source.Name);
                await Task.Delay(backoff.Next(), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>How long to wait before the next step.</returns>
    private async Task<TimeSpan> StepAsync(CancellationToken stop)
    {
        var found = await source.LookAsync(stop);
        switch (await members.TakeAsync(source.Name, found, stop))
        {
            case >= DiscoveryResult.FailedConfiguration:
                return backoff.Next();
            case DiscoveryResult.RefusedEmpty or DiscoveryResult.RefusedShrink:
                return BeforeBelieving;
        }

        if (await source.WaitForChangeAsync(stop) is not { } failure)
        {
            backoff.Reset();
            return BetweenLooks;
        }

        members.WaitFailed(source.Name, failure);
        return backoff.Next();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Pool {Pool}: discovery from {Source} failed in a way that is a bug of ApiLb")]
        public static partial void Bug(ILogger logger, Exception exception, string pool, string source);
    }
}
