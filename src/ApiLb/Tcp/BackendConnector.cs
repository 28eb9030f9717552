using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Telemetry;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>
/// Finds each client a backend that answers, and tells health what it met on the way. Thread-safe; one for each pool.
/// </summary>
internal sealed class BackendConnector(Balancer balancer, ConnectionMetrics metrics, TimeProvider time)
{
    public BackendPool Pool => balancer.Pool;

    public ConnectionMetrics Metrics => metrics;

    public TimeProvider Time => time;

    /// <param name="client">Whom to connect.</param>
    /// <param name="firstFlight">
    /// What to send each backend tried. When it is not empty, the backend that answers first wins; else the one whose
    /// handshake ends first.
    /// </param>
    public ValueTask<ConnectResult> ConnectAsync(ClientConnection client, ReadOnlyMemory<byte> firstFlight)
    {
        var candidates = balancer.CandidatesFor(client.Address);
        return candidates.Any
            ? new BackendSearch(this, client.Dial(firstFlight), candidates).RunAsync()
            : new ValueTask<ConnectResult>(new ConnectResult(null, CloseReason.NoBackend));
    }
}
