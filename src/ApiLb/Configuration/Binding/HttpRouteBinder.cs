using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds what a route of an HTTP listener may have beside its pool.</summary>
internal static class HttpRouteBinder
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private static readonly string[] Keys =
        ["host", "path", "stripPath", "headers", "timeout", "idleTimeout", "maxRequestBody", "rateLimit", "allow", "deny"];

    public static RouteOptions Bind(SectionReader section, RouteOptions defaults)
    {
        var route = defaults with
        {
            Host = section.Find("host") is { } host && host.TryRead(HostPattern.Parse, out var pattern) ? pattern : null,
            Path = section.Find("path") is { } path && path.TryRead(PathPrefix.Parse, out var prefix) ? prefix : null,
            StripPath = section.Read("stripPath", Flag.Parse, defaults.StripPath),
            Headers = BindHeaders(section.Find("headers")),
            Timeout = section.Read("timeout", Duration.ZeroOrBetween(Shortest, Longest, "for ever"), defaults.Timeout),
            IdleTimeout = section.Read("idleTimeout", Duration.ZeroOrBetween(Shortest, Longest, "for ever"), defaults.IdleTimeout),
            MaxRequestBody = section.Find("maxRequestBody") is { } size && size.TryRead(ByteSize.Parse, out var bytes) ? bytes : null,
            RateLimit = RateLimitBinder.Bind(section.Find("rateLimit")),
            Allow = NetworkListBinder.Bind(section, "allow"),
            Deny = NetworkListBinder.Bind(section, "deny"),
        };
        if (route.StripPath && !section.Has("path"))
        {
            section.Error("stripPath", "needs path: there is nothing to strip");
        }

        return route;
    }

    /// <summary>A route that is no HTTP route may have none of it.</summary>
    public static void RefuseAll(SectionReader section, ListenerProtocol protocol)
    {
        foreach (var key in Keys.Where(section.Has))
        {
            section.Error(key, $"needs protocol http or https: a {Choice.WordOf(protocol)} listener does not read requests");
        }
    }

    /// <summary>Its condition was read as it was meant.</summary>
    public static bool IsReadable(SectionReader section, RouteOptions route) =>
        section.Has("host") == (route.Host is not null) && section.Has("path") == (route.Path is not null) && section.Has("headers") == (route.Headers.Count > 0);

    /// <summary>Equal for two routes that take the same requests.</summary>
    public static string ConditionOf(RouteOptions route)
    {
        var headers = route.Headers.Select(h => $"{h.Key.ToUpperInvariant()}={h.Value}").Order(StringComparer.Ordinal);
        return $"{route.Host ?? "*"} {route.Path ?? "/"} {string.Join(' ', headers)}";
    }

    private static Dictionary<string, string> BindHeaders(SettingReader? setting)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (setting is null)
        {
            return headers;
        }

        if (setting.IsEmpty)
        {
            setting.Error("is empty; write NAME: VALUE, or remove the line");
            return headers;
        }

        foreach (var (key, value) in setting.Section().Settings())
        {
            if (!HeaderName.Parse(key).TryGet(out var name, out var problem))
            {
                value.Error(problem);
            }
            else if (value.TryRead(HeaderText.Parse, out var text) && !headers.TryAdd(name, text))
            {
                value.Error("is given twice, in two spellings");
            }
        }

        return headers;
    }
}
