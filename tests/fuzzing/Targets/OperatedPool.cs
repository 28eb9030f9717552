using ApiLb.Admin.HaProxy;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Operators;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.Fuzzing.Targets;

/// <summary>A pool of two apiservers that operators order about, and what their orders made of it. Lives as long as the process.</summary>
internal sealed class OperatedPool
{
    public const string Name = "control-plane";

    public OperatedPool() =>
        Desk = new OperatorDesk([Pool], new OrderBook(null, NullLogger.Instance), TimeProvider.System, NullLogger<OperatorDesk>.Instance);

    public BackendPool Pool { get; } = new(
        new PoolOptions
        {
            Name = Name,
            Backends = [.. Enumerable.Range(1, 2).Select(i => new BackendOptions { Name = $"cp{i}", Address = new BackendAddress($"10.0.0.1{i}", 6443) })],
            Health = new HealthOptions { Type = HealthCheckType.KubeApiserver, Fall = 1 },
        },
        TimeProvider.System,
        NullLogger<BackendPool>.Instance);

    public OperatorDesk Desk { get; }

    public int Kills { get; private set; }

    /// <summary>All that an order can change.</summary>
    public string State => string.Join(", ", Pool.Snapshot.Backends.Select(b => $"{b.Mode} {b.ModeOrder} {b.Weight} {b.WeightOrder}")) + $", {Kills} kills";

    /// <summary>Who gave the orders that are in force.</summary>
    public IEnumerable<string?> Signatures => Pool.Snapshot.Backends.SelectMany(b => (string?[])[b.ModeOrder.Terms?.By, b.WeightOrder?.Terms.By]).Where(by => by is not null);

    public RuntimeSources ForRuntime() => new()
    {
        Pools = [Pool],
        Listeners = [],
        Lifetime = new ProcessLifetime(TimeProvider.System),
        MaxConnections = () => 1000,
        Reactors = 2,
        CanAccept = () => true,
        Operators = Desk,
        Kill = Kill,
    };

    public void Kill(Backend backend, int? pace) => Kills++;
}
