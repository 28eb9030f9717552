using ApiLb.Backends;
using ApiLb.Operators;
using ApiLb.Telemetry;

namespace ApiLb.Deployment;

/// <summary>Who follows the events of every pool, however many there are.</summary>
internal sealed class PoolWatchers(DaemonMetrics metrics, EventLog events, ClosingService closing, OperatorDesk operators)
{
    public ConnectionMetrics Connections => metrics.Connections;

    public EventLog Events => events;

    public void Watch(BackendPool pool)
    {
        metrics.Watch(pool);
        events.Watch(pool);
        closing.Watch(pool);
        operators.Watch(pool);
    }

    public void Forget(BackendPool pool)
    {
        metrics.Forget(pool);
        events.Forget(pool);
        closing.Forget(pool);
        operators.Forget(pool);
    }
}
