using System.Net;

namespace ApiLb.Configuration;

/// <summary>
/// One entry of <c>routes</c> of a listener, and the pool that serves what it takes: server names where TLS passes through
/// unopened, and otherwise what a request says. All conditions of a route must hold.
/// </summary>
internal sealed record RouteOptions
{
    /// <summary>
    /// Of a <c>tls</c> listener at least one, in lower case: <c>a.example.com</c>, or <c>*.example.com</c> for every name below
    /// that one, however deep.
    /// </summary>
    public IReadOnlyList<string> ServerNames { get; init; } = [];

    /// <summary>The host that is asked for, in lower case, exact or <c>*.example.com</c>; null: any.</summary>
    public string? Host { get; init; }

    /// <summary>What the path begins with, in whole segments, without a slash at its end; null: any.</summary>
    public string? Path { get; init; }

    /// <summary>Backends see the path without <see cref="Path"/>. Default false.</summary>
    public bool StripPath { get; init; }

    /// <summary>Headers that must have exactly these values.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The name of the pool.</summary>
    public required string Pool { get; init; }

    /// <summary>From the request to the backend's response headers, while the request's body does not move; zero: for ever. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long neither side may send anything once an answer has begun; zero, the default: for ever.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.Zero;

    /// <summary>Bytes of a request's body; null: any number.</summary>
    public long? MaxRequestBody { get; init; }

    /// <summary>Null: as many as come.</summary>
    public RateLimitOptions? RateLimit { get; init; }

    /// <summary>Networks whose clients are served; empty: all.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>Networks whose clients are not served, also when <see cref="Allow"/> has them.</summary>
    public IReadOnlyList<IPNetwork> Deny { get; init; } = [];
}
