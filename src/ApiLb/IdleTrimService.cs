using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb;

/// <summary>
/// Gives memory back when a rush of connections is over, or when many that were held have gone: what they left behind stays
/// resident otherwise, as an idle daemon allocates too little to make the runtime collect. Collects once for each, and only
/// when nothing is going on.
/// </summary>
/// <param name="accepted">Connections since the daemon started.</param>
/// <param name="ended">Those of them that have gone.</param>
/// <param name="time">Looks once a second.</param>
/// <param name="logger">Told of each collection.</param>
internal sealed partial class IdleTrimService(Func<long> accepted, Func<long> ended, TimeProvider time, ILogger<IdleTrimService> logger)
{
    /// <summary>Connections that are worth a collection, new or gone: about a megabyte of garbage.</summary>
    private const int Rush = 500;

    /// <summary>Connections that may come, or go, between two looks in what still counts as quiet.</summary>
    private const int Quiet = 5;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        Trim(); // What starting needed is not needed again.
        var (acceptedAtTrim, endedAtTrim) = (0L, 0L);
        var (acceptedAtLook, endedAtLook) = (0L, 0L);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Look, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (acceptedNow, endedNow) = (accepted(), ended());
            acceptedAtTrim = Math.Min(acceptedAtTrim, acceptedNow); // A listener that has gone takes its counts along.
            endedAtTrim = Math.Min(endedAtTrim, endedNow);
            var isWorthIt = acceptedNow - acceptedAtTrim >= Rush || endedNow - endedAtTrim >= Rush;
            var isQuiet = acceptedNow - acceptedAtLook <= Quiet && endedNow - endedAtLook <= Quiet;
            if (isWorthIt && isQuiet)
            {
                (acceptedAtTrim, endedAtTrim) = (acceptedNow, endedNow);
                Trim();
            }

            (acceptedAtLook, endedAtLook) = (acceptedNow, endedNow);
        }
    }

    private void Trim()
    {
        var before = GC.GetTotalMemory(forceFullCollection: false);
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
        Log.Trimmed(logger, before / 1024, GC.GetTotalMemory(forceFullCollection: false) / 1024);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "A rush of connections is over: managed memory trimmed from {Before} to {After} KiB.")]
        public static partial void Trimmed(ILogger logger, long before, long after);
    }
}
