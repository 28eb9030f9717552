using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.UnitTests.Health;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class PoolProperties
{
    private static readonly Gen<int> OneOfThree = Gen.Choose(0, 2);

    private static readonly Gen<Action<BackendPool, OperatorMode[]>> Check =
        from backend in OneOfThree
        from letter in Gen.Elements(EvidenceLetters.All.ToCharArray())
        select new Action<BackendPool, OperatorMode[]>((pool, _) =>
            pool.Report(pool.Snapshot.Backends[backend], new HealthReport(EvidenceLetters.Read(letter), HealthCause.Passed, "test")));

    private static readonly Gen<Action<BackendPool, OperatorMode[]>> Order =
        from backend in OneOfThree
        from mode in Gen.Elements(OperatorMode.Ready, OperatorMode.Drain, OperatorMode.Maint)
        select new Action<BackendPool, OperatorMode[]>((pool, ordered) =>
        {
            ordered[backend] = mode;
            pool.SetMode(pool.Snapshot.Backends[backend], mode);
        });

    private static readonly Arbitrary<Action<BackendPool, OperatorMode[]>[]> Histories =
        Gen.Frequency((3, Check), (1, Order)).ArrayOf().ToArbitrary();

    [Fact]
    public void ReportsAndOrders_LoseNoOrderAndLeaveWhoeverMayServe() =>
        Prop.ForAll(Histories, history =>
        {
            var pool = NewPool();
            var ordered = new OperatorMode[3];
            return history.All(step =>
            {
                step(pool, ordered);
                var backends = pool.Snapshot.Backends;
                var tried = TriedIn(pool.Snapshot);
                var allowed = backends.Where(b => b.Mode == OperatorMode.Ready).ToList();
                var alive = allowed.Where(b => b.Health.Current.Status != HealthStatus.Dead).ToList();
                return backends.Select(b => b.Mode).SequenceEqual(ordered)
                    && tried.SetEquals(alive.Count > 0 ? alive : allowed);
            });
        }).QuickCheckThrowOnFailure();

    private static HashSet<Backend> TriedIn(PoolSnapshot snapshot)
    {
        HashSet<Backend> tried = [];
        foreach (var tier in snapshot.Tiers)
        {
            tried.UnionWith(tier);
        }

        return tried;
    }

    private static BackendPool NewPool() => new(
        new PoolOptions
        {
            Name = "pool",
            Health = new HealthOptions { Type = HealthCheckType.KubeApiserver },
            Backends = [.. Enumerable.Range(1, 3).Select(i => new BackendOptions { Name = $"cp{i}", Address = new BackendAddress($"10.0.0.{i}", 6443) })],
        },
        TimeProvider.System,
        NullLogger<BackendPool>.Instance);
}
