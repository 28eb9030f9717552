using System.Collections.Frozen;
using ApiLb.Configuration;
using ApiLb.Telemetry;

namespace ApiLb.Tcp;

/// <summary>
/// Which pool serves which server name at one listener: an exact name before a wildcard, a longer wildcard before a shorter
/// one, and the default pool for the rest. Immutable; a lookup allocates nothing.
/// </summary>
internal sealed class RouteTable
{
    /// <summary>What a wildcard of the configuration begins with; it stands for one label or more.</summary>
    private const string AnyLabels = "*.";

    private readonly FrozenDictionary<string, BackendConnector>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly FrozenDictionary<string, BackendConnector>.AlternateLookup<ReadOnlySpan<char>> _byParent;

    /// <param name="listener">Whose routes, checked and in lower case.</param>
    /// <param name="connectors">All pools, by name.</param>
    /// <param name="metrics">Where its connections are recorded.</param>
    public RouteTable(ListenerOptions listener, IReadOnlyDictionary<string, BackendConnector> connectors, ConnectionMetrics metrics)
    {
        Metrics = metrics;
        Default = listener.Pool is null ? null : connectors[listener.Pool];
        var routes = listener.Routes
            .SelectMany(route => route.ServerNames, (route, name) => (Name: name, Connector: connectors[route.Pool]))
            .ToLookup(route => route.Name.StartsWith(AnyLabels, StringComparison.Ordinal));
        _byName = Lookup(routes[false].ToDictionary(r => r.Name, r => r.Connector, StringComparer.Ordinal));
        _byParent = Lookup(routes[true].ToDictionary(r => r.Name[AnyLabels.Length..], r => r.Connector, StringComparer.Ordinal));
        HasRoutes = listener.Routes.Count > 0;
    }

    public ConnectionMetrics Metrics { get; }

    /// <summary>Who serves clients without a name, and names without a route; null: nobody.</summary>
    public BackendConnector? Default { get; }

    public bool HasRoutes { get; }

    /// <summary>Who serves this client; null: nobody.</summary>
    /// <param name="hello">Its ClientHello.</param>
    /// <param name="flight">The bytes that the hello was read from.</param>
    public BackendConnector? Find(in ClientHello hello, ReadOnlySpan<byte> flight)
    {
        if (!HasRoutes || hello.ServerName.Length == 0)
        {
            return Default;
        }

        Span<char> buffer = stackalloc char[ClientHello.LongestServerName];
        return Find(hello.ServerNameIn(flight, buffer));
    }

    /// <param name="serverName">In lower case.</param>
    public BackendConnector? Find(ReadOnlySpan<char> serverName)
    {
        if (_byName.TryGetValue(serverName, out var connector))
        {
            return connector;
        }

        for (var dot = serverName.IndexOf('.'); dot >= 0; dot = serverName.IndexOf('.'))
        {
            serverName = serverName[(dot + 1)..];
            if (_byParent.TryGetValue(serverName, out connector))
            {
                return connector;
            }
        }

        return Default;
    }

    private static FrozenDictionary<string, BackendConnector>.AlternateLookup<ReadOnlySpan<char>> Lookup(Dictionary<string, BackendConnector> routes) =>
        routes.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
}
