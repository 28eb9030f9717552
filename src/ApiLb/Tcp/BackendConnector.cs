using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
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
    public ValueTask<ConnectResult> ConnectAsync(ClientConnection client, ReadOnlyMemory<byte> firstFlight) =>
        Pool.Options.ProxyProtocol == ProxyProtocolVersion.None
            ? SearchAsync(client, new DialTerms(firstFlight))
            : IntroduceAsync(client, firstFlight);

    private async ValueTask<ConnectResult> IntroduceAsync(ClientConnection client, ReadOnlyMemory<byte> firstFlight)
    {
        using var flight = ProxyHeaderFlight.Of(client, Pool.Options.ProxyProtocol, firstFlight.Span);
        return await SearchAsync(client, new DialTerms(flight.Bytes) { HeaderLength = flight.HeaderLength });
    }

    private ValueTask<ConnectResult> SearchAsync(ClientConnection client, DialTerms terms)
    {
        var candidates = balancer.CandidatesFor(client.Address);
        return candidates.Any
            ? new BackendSearch(this, client.Dial(terms with { Source = SourceAddress.For(client, Pool) }), candidates).RunAsync()
            : new ValueTask<ConnectResult>(new ConnectResult(null, CloseReason.NoBackend));
    }
}
