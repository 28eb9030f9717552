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
        var search = new BackendSearch(this);
        return Pool.Snapshot.HasLimits ? SearchInTurnAsync(search, client, terms) : SearchAsync(search, client, terms);
    }

    private ValueTask<ConnectResult> SearchAsync(BackendSearch search, ClientConnection client, DialTerms terms)
    {
        var candidates = balancer.CandidatesFor(client.Address);
        return candidates.Any
            ? search.RunAsync(client.Dial(terms), candidates)
            : new ValueTask<ConnectResult>(new ConnectResult(null, CloseReason.NoBackend));
    }

    /// <summary>Whoever finds every backend full joins the line, and so does everyone who comes while there is one.</summary>
    private async ValueTask<ConnectResult> SearchInTurnAsync(BackendSearch search, ClientConnection client, DialTerms terms)
    {
        if (Pool.Line.Length == 0 && await SearchAsync(search, client, terms) is { IsFull: false } result)
        {
            return result;
        }

        using var place = new PlaceInLine(Pool.Line);
        return place.TryJoin() ? await SearchFromLineAsync(place, search, client, terms) : new ConnectResult(null, CloseReason.LimitBackend);
    }

    private async ValueTask<ConnectResult> SearchFromLineAsync(PlaceInLine place, BackendSearch search, ClientConnection client, DialTerms terms)
    {
        var joinedAt = time.GetTimestamp();
        while (true)
        {
            if (await place.WaitAsync(client, Pool.Options.Queue.Timeout - time.GetElapsedTime(joinedAt)) is { } failure)
            {
                return new ConnectResult(null, failure);
            }

            var result = await SearchAsync(search, client, terms);
            if (!result.IsFull)
            {
                return result;
            }

            if (search.HasAvoidedSomebody)
            {
                place.HandOn();
            }
        }
    }
}
