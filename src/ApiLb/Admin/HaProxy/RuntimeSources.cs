using ApiLb.Backends;
using ApiLb.Operators;
using ApiLb.Telemetry;

namespace ApiLb.Admin.HaProxy;

/// <summary>What HAProxy's commands and metrics are answered from.</summary>
internal sealed record RuntimeSources
{
    public required IReadOnlyList<BackendPool> Pools { get; init; }

    public required IReadOnlyList<AdminListener> Listeners { get; init; }

    public required ProcessLifetime Lifetime { get; init; }

    /// <summary>The most client connections at once over all listeners.</summary>
    public required Func<int> MaxConnections { get; init; }

    /// <summary>Threads that move bytes.</summary>
    public required int Reactors { get; init; }

    public required Func<bool> CanAccept { get; init; }

    /// <summary>Takes orders about backends.</summary>
    public required OperatorDesk Operators { get; init; }

    /// <summary>Begins to close what a backend serves, so many in a second, or as many as do not disturb others. Must not block or throw.</summary>
    public required Action<Backend, int?> Kill { get; init; }
}
