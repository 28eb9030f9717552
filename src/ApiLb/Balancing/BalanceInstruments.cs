using System.Diagnostics.Metrics;
using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>How evenly pools are loaded, read at scrape time. No series while a pool has fewer than two ready backends, or one that warms up.</summary>
internal static class BalanceInstruments
{
    public static void AddTo(Meter meter, IReadOnlyList<BackendPool> pools) => meter.CreateObservableGauge(
        "apilb_pool_imbalance_ratio",
        () => from pool in pools
              let ratio = RebalancePlan.UnevennessOf(RebalancePlan.LoadsOf(pool.Snapshot))
              where ratio is not null
              select new Measurement<double>(ratio.Value, new KeyValuePair<string, object?>("pool", pool.Name)),
        "1",
        "The fullest ready backend's connections for its weight, over the mean of the ready ones.");
}
