using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// Logs the warnings of each pool when they appear, once a day at most, and a certificate that expires every day. Run once.
/// </summary>
internal sealed partial class PoolWarningService(IReadOnlyList<BackendPool> pools, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Repeat = TimeSpan.FromDays(1);

    private readonly Dictionary<(string Pool, PoolWarningKind Kind, string? Backend, bool IsUrgent), long> _loggedAt = [];
    private HashSet<(string Pool, PoolWarningKind Kind, string? Backend, bool IsUrgent)> _present = [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Period, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Look();
        }
    }

    /// <summary>Compares with the last look, and logs what is new.</summary>
    public void Look()
    {
        var present = new HashSet<(string, PoolWarningKind, string?, bool)>();
        foreach (var pool in pools)
        {
            foreach (var warning in PoolWarnings.Of(pool.Options, pool.Snapshot.Backends, time.GetUtcNow()))
            {
                var key = (pool.Name, warning.Kind, warning.Backend, warning.IsUrgent);
                present.Add(key);
                if (IsDue(key))
                {
                    _loggedAt[key] = time.GetTimestamp();
                    Log.Warn(logger, warning.IsUrgent ? LogLevel.Error : LogLevel.Warning, pool.Name, warning.Text);
                }
            }
        }

        _present = present;
    }

    private bool IsDue((string Pool, PoolWarningKind Kind, string? Backend, bool IsUrgent) key) =>
        (key.Kind == PoolWarningKind.CertificateExpires || !_present.Contains(key))
        && (!_loggedAt.TryGetValue(key, out var at) || time.GetElapsedTime(at) >= Repeat);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Pool {Pool}: {Warning}")]
        public static partial void Warn(ILogger logger, LogLevel level, string pool, string warning);
    }
}
