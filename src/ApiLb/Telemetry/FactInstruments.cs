using System.Diagnostics.Metrics;
using ApiLb.Backends;

namespace ApiLb.Telemetry;

/// <summary>What checks learnt about backends beside their health. What is not known has no series.</summary>
internal sealed class FactInstruments(IReadOnlyList<BackendPool> pools)
{
    public void AddTo(Meter meter)
    {
        meter.CreateObservableGauge(
            "apilb_backend_certificate_expiry_timestamp",
            () => Each(b => b.Facts?.Certificate is { } c ? c.NotAfter.ToUnixTimeSeconds() : null),
            "s",
            "Until when the backend's certificate is valid, in Unix time.");
        meter.CreateObservableGauge(
            "apilb_backend_certificate_covers_endpoint",
            () => Each(b => b.Facts?.Certificate?.CoversEndpoint is { } covers ? covers ? 1 : 0 : null),
            description: "1 when the certificate is valid for the pool's controlPlaneEndpoint, 0 when not.");
        meter.CreateObservableGauge(
            "apilb_backend_clock_offset",
            () => Each(b => b.Facts?.ClockOffset?.TotalSeconds),
            "s",
            "How far the backend's clock is ahead of this host's, to about a second.");
        meter.CreateObservableGauge(
            "apilb_backend_server_version_info",
            () => Backends().Where(b => b.Facts?.Version is not null).Select(
                b => new Measurement<double>(1, new("pool", b.Pool), new("backend", b.Name), new("version", b.Facts!.Version))),
            description: "Always 1; the apiserver's version.");
        meter.CreateObservableGauge(
            "apilb_pool_version_skew_minors",
            () => pools.Where(p => PoolWarnings.SkewOf(p.Snapshot.Backends) is not null).Select(
                p => new Measurement<long>(PoolWarnings.SkewOf(p.Snapshot.Backends)!.Value, new KeyValuePair<string, object?>("pool", p.Name))),
            description: "How many minor versions the pool's apiservers are apart.");
    }

    private IEnumerable<Measurement<double>> Each(Func<Backend, double?> read) =>
        from backend in Backends()
        let value = read(backend)
        where value is not null
        select new Measurement<double>(value.Value, new("pool", backend.Pool), new("backend", backend.Name));

    private IEnumerable<Backend> Backends() => pools.SelectMany(p => p.Snapshot.Backends);
}
