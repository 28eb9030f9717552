using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>rateLimit</c> of a route.</summary>
internal static class RateLimitBinder
{
    private const int Most = 1_000_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static RateLimitOptions? Bind(SettingReader? setting)
    {
        if (setting?.Section() is not { } section)
        {
            return null;
        }

        section.TryRequire("requests", WholeNumber.Between(1, Most), "say how many requests one client address may send", out var requests);
        var limit = new RateLimitOptions { Requests = Math.Max(1, requests) };
        limit = limit with
        {
            Per = section.Read("per", Duration.Between(Shortest, TimeSpan.FromHours(1)), limit.Per),
            Burst = section.Find("burst") is { } burst && burst.TryRead(WholeNumber.Between(1, Most), out var number) ? number : null,
        };
        section.ReportUnknownKeys();
        return limit;
    }
}
