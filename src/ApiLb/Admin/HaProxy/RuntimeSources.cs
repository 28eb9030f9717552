using ApiLb.Backends;
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

    /// <summary>Closes what a backend serves, at a pace that does not disturb others; done when all were told.</summary>
    public required Func<Backend, CancellationToken, Task> Close { get; init; }
}
