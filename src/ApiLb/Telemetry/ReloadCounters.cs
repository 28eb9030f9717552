using System.Diagnostics.Metrics;

namespace ApiLb.Telemetry;

/// <summary>What became of reloads since the daemon started. Written by whoever reloads, read at scrape time; thread-safe.</summary>
internal sealed class ReloadCounters(TimeProvider time)
{
    private static readonly ReloadResult[] Results = Enum.GetValues<ReloadResult>();

    private readonly long[] _reloads = new long[Results.Length];
    private long _loadedAt = time.GetUtcNow().ToUnixTimeSeconds();
    private int _hasFailed;

    public long Reloads(ReloadResult result) => Volatile.Read(ref _reloads[(int)result]);

    /// <summary>The last one: what is in the file is not what runs.</summary>
    public bool HasFailed => Volatile.Read(ref _hasFailed) != 0;

    /// <summary>When what runs was read, in Unix time.</summary>
    public long LoadedAt => Volatile.Read(ref _loadedAt);

    public void Reloaded(ReloadResult result)
    {
        Interlocked.Increment(ref _reloads[(int)result]);
        Volatile.Write(ref _hasFailed, result == ReloadResult.Failed ? 1 : 0);
        if (result != ReloadResult.Failed)
        {
            Volatile.Write(ref _loadedAt, time.GetUtcNow().ToUnixTimeSeconds());
        }
    }

    public void AddTo(Meter meter)
    {
        meter.CreateObservableCounter(
            "apilb_reload",
            () => Results.Select(r => new Measurement<long>(Reloads(r), new KeyValuePair<string, object?>("result", EnumLabel.Snake(r)))),
            description: "Reloads of the configuration, by what came of them.");
        meter.CreateObservableGauge(
            "apilb_config_last_reload_successful",
            () => HasFailed ? 0 : 1,
            description: "0 when the last reload failed, so that the file is not what runs; else 1.");
        meter.CreateObservableGauge(
            "apilb_config_last_reload_success_timestamp",
            () => LoadedAt,
            "s",
            "When the configuration that runs was read, in Unix time.");
    }
}
