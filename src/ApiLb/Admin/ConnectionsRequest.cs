using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration.Values;
using ApiLb.Telemetry;

namespace ApiLb.Admin;

/// <summary>Answers <c>GET /v1/connections</c>. Sorts and limits here: there may be hundreds of thousands.</summary>
internal sealed class ConnectionsRequest(AdminSources sources)
{
    public const int MostShown = 10_000;

    private const int ShownByDefault = 20;

    private readonly BackendFinder _finder = new(sources.Pools);

    public AdminAnswer Answer(AdminCall call)
    {
        var order = call.Query.Read("sort", Choice.Of<ConnectionOrder>(), ConnectionOrder.Bytes);
        var limit = call.Query.Read("limit", WholeNumber.Between(1, MostShown), ShownByDefault);
        var name = call.Query.Find("backend");
        var source = call.Query.Find("source");
        var address = source is null ? null : call.Query.Read("source", ParseAddress, IPAddress.None);
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        if (name is null)
        {
            return Answer([.. sources.Pools.SelectMany(p => p.Snapshot.Backends)], order, limit, address);
        }

        return _finder.TryFind(name, out var found, out var refusal) ? Answer([found.Backend], order, limit, address) : refusal;
    }

    private static AdminAnswer Answer(Backend[] backends, ConnectionOrder order, int limit, IPAddress? source)
    {
        var shown = backends
            .SelectMany(b => b.Connections.Top(order, limit, r => source is null || source.Equals(r.Client.ToEndPoint()?.Address)), (b, r) => (Backend: b, Reading: r))
            .OrderByDescending(c => c.Reading.RankIn(order))
            .Take(limit)
            .Select(c => Read(c.Backend, c.Reading));
        return AdminAnswer.Json(
            new ConnectionsStatus(backends.Sum(b => b.Connections.Count), EnumLabel.Snake(order), [.. shown]), AdminJsonContext.Default.ConnectionsStatus);
    }

    private static ConnectionStatus Read(Backend backend, in ConnectionReading reading) => new(
        reading.Listener,
        reading.Client.ToString(),
        reading.ServerName,
        reading.Protocols,
        backend.Pool,
        backend.Name,
        Math.Round(reading.Age.TotalSeconds, 3),
        reading.Idle is { } idle ? Math.Round(idle.TotalSeconds, 3) : null,
        reading.BytesToBackend,
        reading.BytesToClient);

    private static Parsed<IPAddress> ParseAddress(string text) =>
        IPAddress.TryParse(text, out var address) ? Parsed<IPAddress>.Of(address) : Parsed<IPAddress>.Failed($"{Quoted.Of(text)} is no IP address");
}
