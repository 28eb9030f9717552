using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.UnitTests.Telemetry;

/// <summary>A pool of apiservers for the tests of what observes it.</summary>
internal static class Observed
{
    public static BackendPool Pool(TimeProvider time, params string[] backends) => Pool("control-plane", time, backends);

    public static BackendPool Pool(string name, TimeProvider time, params string[] backends) => new(
        new PoolOptions
        {
            Name = name,
            Backends = [.. backends.Select((b, i) => new BackendOptions { Name = b, Address = new BackendAddress($"10.0.0.{11 + i}", 6443) })],
            Health = new HealthOptions { Type = HealthCheckType.KubeApiserver, Fall = 1 },
        },
        time,
        NullLogger<BackendPool>.Instance);

    public static Backend At(this BackendPool pool, int index) => pool.Snapshot.Backends[index];

    public static void Pass(this BackendPool pool, int index) =>
        pool.Probe(index, new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200"), ProbeLayer.L7, 200);

    public static void Refuse(this BackendPool pool, int index) =>
        pool.Probe(index, new HealthReport(HealthEvidence.Unreachable, HealthCause.Refused, "connection refused"), ProbeLayer.L4, null);

    public static void Redden(this BackendPool pool, int index) =>
        pool.Probe(index, new HealthReport(HealthEvidence.NotReady, HealthCause.Status, "HTTP 500: etcd failed"), ProbeLayer.L7, 500);

    private static void Probe(this BackendPool pool, int index, HealthReport report, ProbeLayer layer, int? code) =>
        pool.RecordProbe(pool.At(index), new ProbeResult(report, layer, code, TimeSpan.FromMilliseconds(4), pool.Now));
}
