using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb;

/// <summary>
/// Gives memory back when a rush of connections is over: what the rush left behind stays resident otherwise, as an idle
/// daemon allocates too little to make the runtime collect. Collects once per rush, and only when nothing is going on.
/// </summary>
internal sealed partial class IdleTrimService(Func<long> accepted, TimeProvider time, ILogger<IdleTrimService> logger)
{
    /// <summary>Connections that are worth a collection: about a megabyte of garbage.</summary>
    private const int Rush = 500;

    /// <summary>New connections per look that still count as quiet.</summary>
    private const int Quiet = 5;

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken stop)
    {
        Trim(); // What starting needed is not needed again.
        var atLastTrim = 0L;
        var atLastLook = 0L;
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Look, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = accepted();
            atLastTrim = Math.Min(atLastTrim, now); // A listener that has gone takes its count along.
            if (now - atLastTrim >= Rush && now - atLastLook <= Quiet)
            {
                atLastTrim = now;
                Trim();
            }

            atLastLook = now;
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
