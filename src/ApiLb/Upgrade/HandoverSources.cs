using System.Net;
using ApiLb.Backends;
using ApiLb.Operators;
using ApiLb.Transport;

namespace ApiLb.Upgrade;

/// <summary>What the daemon that goes hands over.</summary>
internal sealed record HandoverSources
{
    public required Func<IReadOnlyList<InheritedSocket>> Listeners { get; init; }

    public required Func<IReadOnlyDictionary<EndPoint, int>> Admin { get; init; }

    public required IReadOnlyList<BackendPool> Pools { get; init; }

    public required OperatorDesk Operators { get; init; }

    public required Predecessors Predecessors { get; init; }

    /// <summary>Client connections that are open.</summary>
    public required Func<int> Connections { get; init; }

    /// <summary>No reload from now on, until what it returns is disposed.</summary>
    public required Func<CancellationToken, Task<IDisposable>> PauseReloads { get; init; }

    /// <summary>Stops accepting, and leaves addresses and files to the other daemon.</summary>
    public required Func<Task> LeaveAsync { get; init; }
}
