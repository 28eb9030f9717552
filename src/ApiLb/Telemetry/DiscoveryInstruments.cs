using System.Diagnostics.Metrics;
using ApiLb.Backends;

namespace ApiLb.Telemetry;

/// <summary>What discovery did: read from the pools' counters at scrape time.</summary>
internal static class DiscoveryInstruments
{
    private static readonly DiscoveryResult[] Results = Enum.GetValues<DiscoveryResult>();

    public static void AddTo(Meter meter, IReadOnlyList<BackendPool> pools)
    {
        meter.CreateObservableCounter(
            "apilb_discovery_observations",
            () => from source in SourcesOf(pools)
                  from result in Results
                  select source.Measure(source.Counters.Observations(source.Index, result), new KeyValuePair<string, object?>("result", EnumLabel.Snake(result))),
            description: "Looks at a source of members, by what came of them.");
        meter.CreateObservableGauge(
            "apilb_discovery_members",
            () => pools.Where(p => p.Discovery is not null)
                .Select(p => new Measurement<long>(p.Discovery!.Members, new KeyValuePair<string, object?>("pool", p.Name))),
            description: "Members of the pool, those of the file included.");
        meter.CreateObservableGauge(
            "apilb_discovery_last_success_timestamp",
            () => from source in SourcesOf(pools) select source.Measure(source.Counters.LastSuccess(source.Index)),
            "s",
            "When the source last told its members, in Unix time; 0: never.");
    }

    private static IEnumerable<Source> SourcesOf(IReadOnlyList<BackendPool> pools) =>
        pools.Where(p => p.Discovery is not null)
            .SelectMany(p => p.Discovery!.Sources.Select((name, index) => new Source(p.Name, name, index, p.Discovery)));

    private sealed record Source(string Pool, string Name, int Index, DiscoveryCounters Counters)
    {
        public Measurement<long> Measure(long value, params KeyValuePair<string, object?>[] more) =>
            new(value, [new("pool", Pool), new("source", Name), .. more]);
    }
}
