using ApiLb.Backends;
using ApiLb.Operators;

namespace ApiLb.Upgrade;

/// <summary>The way of a new daemon into the place of another, in two steps: ready, serving. Dispose it when it is over, or given up.</summary>
/// <param name="predecessor">Met already.</param>
/// <param name="pools">Not checked yet; they begin with what it knows.</param>
/// <param name="operators">Goes on with its orders.</param>
/// <param name="predecessors">Follows it, and those before it.</param>
internal sealed class Takeover(Predecessor predecessor, IReadOnlyList<BackendPool> pools, OperatorDesk operators, Predecessors predecessors) : IDisposable
{
    private readonly PredecessorHealth _health = new(predecessor.Health, pools);

    /// <summary>Waits until this daemon would serve as well as the other does, and until it may.</summary>
    /// <param name="firstRound">Completes when every backend was checked once.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">The other one has ended.</exception>
    public async Task ReadyAsync(Task firstRound, CancellationToken cancellation)
    {
        predecessor.Wait("a first check of every backend");
        await firstRound.WaitAsync(cancellation);
        _health.Look();
        if (!_health.Matched.IsCompleted)
        {
            predecessor.Wait(_health.Missing);
            await _health.Matched.WaitAsync(cancellation);
        }

        operators.Adopt(await predecessor.ReadyAsync(cancellation));
        predecessor.Earlier.ForEach(e => predecessors.Follow(e.Channel, e.Status));
    }

    /// <summary>This daemon takes clients: waits until the other takes none any longer.</summary>
    public async Task ServingAsync(CancellationToken cancellation)
    {
        if (await predecessor.ServingAsync(cancellation) is var (status, channel))
        {
            predecessors.Follow(channel, status);
        }
    }

    public void Dispose() => _health.Dispose();
}
