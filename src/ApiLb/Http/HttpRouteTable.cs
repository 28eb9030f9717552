using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Http;

/// <summary>
/// Which route takes which request at one listener: an exact host before a wildcard, a longer wildcard before a shorter one, any
/// of them before a route without a host; for one host the longest path, then the most headers; and the default for the rest.
/// Immutable; a request takes it once.
/// </summary>
internal sealed class HttpRouteTable
{
    /// <summary>What a wildcard of the configuration begins with; it stands for one label or more.</summary>
    private const string AnyLabels = "*.";

    private const int LongestHost = 256;

    private readonly FrozenDictionary<string, HttpRoute[]>.AlternateLookup<ReadOnlySpan<char>> _byHost;
    private readonly FrozenDictionary<string, HttpRoute[]>.AlternateLookup<ReadOnlySpan<char>> _byParent;
    private readonly HttpRoute[] _anyHost;
    private readonly HttpRoute? _default;
    private readonly bool _hasHosts;

    /// <param name="routes">In any order.</param>
    /// <param name="fallback">Takes what no route does; null: nobody does.</param>
    public HttpRouteTable(IReadOnlyList<HttpRoute> routes, HttpRoute? fallback)
    {
        _default = fallback;
        All = fallback is null ? routes : [.. routes, fallback];
        _anyHost = Sorted(routes.Where(r => r.Options.Host is null));
        _byHost = Lookup(routes.Where(r => r.Options.Host is { } host && !host.StartsWith(AnyLabels, StringComparison.Ordinal)), skip: 0);
        _byParent = Lookup(routes.Where(r => r.Options.Host?.StartsWith(AnyLabels, StringComparison.Ordinal) == true), AnyLabels.Length);
        _hasHosts = routes.Any(r => r.Options.Host is not null);
    }

    /// <summary>The default among them.</summary>
    public IReadOnlyList<HttpRoute> All { get; }

    /// <returns>Null when nobody takes it.</returns>
    public HttpRoute? Find(HttpRequest request) =>
        (_hasHosts ? FindByHost(request) : null) ?? First(_anyHost, request) ?? _default;

    private HttpRoute? FindByHost(HttpRequest request)
    {
        // Not Request.Host, which has names beyond ASCII as people read them, and not as DNS and the configuration have them.
        var given = HostOf(request.Headers.Host.ToString());
        if (given.Length is 0 or > LongestHost)
        {
            return null;
        }

        Span<char> buffer = stackalloc char[LongestHost];
        ReadOnlySpan<char> host = buffer[..given.ToLowerInvariant(buffer)];
        if (_byHost.TryGetValue(host, out var routes) && First(routes, request) is { } exact)
        {
            return exact;
        }

        for (var dot = host.IndexOf('.'); dot >= 0; dot = host.IndexOf('.'))
        {
            host = host[(dot + 1)..];
            if (_byParent.TryGetValue(host, out routes) && First(routes, request) is { } wildcard)
            {
                return wildcard;
            }
        }

        return null;
    }

    /// <summary>Without port, brackets and the dot that a fully qualified name may end with.</summary>
    private static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> value)
    {
        if (value.StartsWith('['))
        {
            var end = value.IndexOf(']');
            return end < 0 ? [] : value[1..end];
        }

        var colon = value.IndexOf(':');
        return (colon < 0 ? value : value[..colon]).TrimEnd('.');
    }

    private static HttpRoute? First(HttpRoute[] routes, HttpRequest request)
    {
        foreach (var route in routes)
        {
            if (route.Takes(request))
            {
                return route;
            }
        }

        return null;
    }

    private static FrozenDictionary<string, HttpRoute[]>.AlternateLookup<ReadOnlySpan<char>> Lookup(IEnumerable<HttpRoute> routes, int skip) =>
        routes.GroupBy(r => r.Options.Host![skip..], StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, Sorted, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private static HttpRoute[] Sorted(IEnumerable<HttpRoute> routes) => [.. routes.OrderByDescending(r => r.Specificity)];
}
