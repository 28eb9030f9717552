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
    private readonly bool _hasLimits = balancer.Pool.Options.Backends.Any(b => b.MaxConnections is not null);

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
        var source = SourceAddress.For(client, Pool);
        return Pool.Options.ProxyProtocol == ProxyProtocolVersion.None
            ? ConnectAsync(client, new DialTerms(firstFlight) { Source = source })
            : IntroduceAsync(client, firstFlight, source);
    }

    private async ValueTask<ConnectResult> IntroduceAsync(ClientConnection client, ReadOnlyMemory<byte> firstFlight, ClientAddress source)
    {
        using var flight = ProxyHeaderFlight.Of(client, Pool.Options.ProxyProtocol, firstFlight.Span);
        return await ConnectAsync(client, new DialTerms(flight.Bytes) { HeaderLength = flight.HeaderLength, Source = source });
    }

    private ValueTask<ConnectResult> ConnectAsync(ClientConnection client, DialTerms terms)
    {
        var search = SearchAsync(client, terms);
        return _hasLimits ? OrWaitAsync(search, client, terms) : search;
    }

    private ValueTask<ConnectResult> SearchAsync(ClientConnection client, DialTerms terms)
    {
        var candidates = balancer.CandidatesFor(client.Address);
        return candidates.Any
            ? new BackendSearch(this, client.Dial(terms), candidates).RunAsync()
            : new ValueTask<ConnectResult>(new ConnectResult(null, CloseReason.NoBackend));
    }

    /// <summary>A search that found every backend full is made again whenever a place becomes free, until the time is over.</summary>
    private async ValueTask<ConnectResult> OrWaitAsync(ValueTask<ConnectResult> search, ClientConnection client, DialTerms terms)
    {
        var result = await search;
        var startedAt = time.GetTimestamp();
        while (result is { Connection: null, Failure: CloseReason.LimitBackend })
        {
            // In the line first and then looking again: a place that becomes free in between calls somebody.
            using var place = new PlaceInLine(Pool.Line);
            if (!place.TryJoin())
            {
                return result;
            }

            result = await SearchAsync(client, terms);
            if (result is { Connection: null, Failure: CloseReason.LimitBackend }
                && await place.WaitAsync(client.Dial(default), Pool.Options.Queue.Timeout - time.GetElapsedTime(startedAt)) is { } failure)
            {
                return new ConnectResult(null, failure);
            }
        }

        return result;
    }
}
