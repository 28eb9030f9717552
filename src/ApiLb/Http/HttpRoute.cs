using ApiLb.Admission;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Http;

/// <summary>One way for requests: whom it takes, on which terms, and who serves them. Immutable but for its counters.</summary>
internal sealed class HttpRoute
{
    public const string DefaultName = "default";

    private readonly string? _path;
    private readonly AccessList _access;

    /// <param name="options">Its settings.</param>
    /// <param name="pool">Who serves it.</param>
    /// <param name="counters">Under its name.</param>
    /// <param name="rate">Null: no limit.</param>
    public HttpRoute(RouteOptions options, PoolForwarder pool, RouteCounters counters, RequestRate? rate)
    {
        Options = options;
        Pool = pool;
        Counters = counters;
        Rate = rate;
        _path = options.Path is "/" ? null : options.Path;
        _access = new AccessList(options.Allow, options.Deny);
    }

    public RouteOptions Options { get; }

    public PoolForwarder Pool { get; }

    public RouteCounters Counters { get; }

    public RequestRate? Rate { get; }

    /// <summary>The longer, the earlier it is asked; among equals the one with more headers.</summary>
    public int Specificity => ((_path?.Length ?? 0) << 8) + Math.Min(Options.Headers.Count, byte.MaxValue);

    /// <summary>What backends do not see of the path; empty: nothing is left out.</summary>
    public string StrippedPath => Options.StripPath ? _path ?? "" : "";

    /// <summary>As metrics and logs call it.</summary>
    public static string NameOf(RouteOptions options)
    {
        var headers = string.Concat(options.Headers.Select(h => $" {h.Key}: {h.Value}"));
        return $"{options.Host ?? "*"}{options.Path ?? "/"}{headers}";
    }

    public bool Admits(Visitor visitor) => _access.Admits(visitor.Address);

    /// <summary>The host is the table's to look at.</summary>
    public bool Takes(HttpRequest request)
    {
        if (_path is not null && !BeginsWith(request.Path.Value, _path))
        {
            return false;
        }

        foreach (var (name, value) in Options.Headers)
        {
            if (request.Headers[name] is not [{ } given] || given != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>In whole segments: <c>/a</c> takes <c>/a</c> and <c>/a/b</c>, not <c>/ab</c>.</summary>
    private static bool BeginsWith(string? path, string prefix) =>
        path is not null && path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/');
}
