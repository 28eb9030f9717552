using Microsoft.Extensions.Logging;

namespace ApiLb.Systemd;

/// <summary>
/// Feeds systemd's watchdog, but only while the data path moves: a timer alone would keep a deaf daemon alive
/// (dotnet/aspnetcore#55599: an accept loop ended, the process lived on).
/// </summary>
/// <remarks>
/// <c>period</c> is what systemd asked for; null: there is nothing to do. <c>hasProgressed</c> is true when every reactor came
/// round since it was last asked, and must not block or throw. The feeding must outlive the drain of a shutdown.
/// </remarks>
internal sealed partial class WatchdogService(
    SystemdNotifier notifier, TimeSpan? period, Func<bool> hasProgressed, TimeProvider time, ILogger<WatchdogService> logger)
{
    /// <summary>After a look without progress the next comes this much sooner, so that one unlucky moment is not the end.</summary>
    private const int Haste = 10;

    /// <summary>One miss is nothing: the first look may come before the reactors' first round. So many are a quarter of the period.</summary>
    private const int LooksUntilStuck = 5;

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (period is not { } watchdog)
        {
            return;
        }

        var misses = 0;
        while (!cancellation.IsCancellationRequested)
        {
            if (hasProgressed())
            {
                misses = 0;
                await notifier.WatchdogAsync(cancellation);
            }
            else if (++misses == LooksUntilStuck)
            {
                Log.Stuck(logger, watchdog.TotalSeconds);
            }

            await Task.Delay(misses > 0 ? watchdog / (2 * Haste) : watchdog / 2, time, cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Error, "A reactor makes no progress: the watchdog is not fed, and systemd restarts apilb {Seconds} s after its last feed.")]
        public static partial void Stuck(ILogger logger, double seconds);
    }
}
