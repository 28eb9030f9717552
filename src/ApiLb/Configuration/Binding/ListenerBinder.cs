using System.Net;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds one entry of <c>listeners</c>, and checks that it and its pool fit together.</summary>
internal sealed class ListenerBinder(IReadOnlyList<PoolOptions> pools, BoundAddresses bound, HealthFilesCheck files)
{
    private const int LargestSample = 1_000_000;

    private static readonly TimeSpan ShortestFirstFlight = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestFirstFlight = TimeSpan.FromMinutes(10);

    public ListenerOptions Bind(string name, SectionReader section)
    {
        var endPoints = BindAddresses(section);
        var hasProtocol = section.TryRequire(
            "protocol", Choice.Of<ListenerProtocol>(), $"use {Choice.AllowedWords<ListenerProtocol>()}", out var protocol);
        var usedPools = new ListenerPools(pools, section, endPoints, hasProtocol ? protocol : null);
        var listener = new ListenerOptions
        {
            Name = name,
            Bind = endPoints,
            Protocol = protocol,
            Pool = BindDefaultPool(section, usedPools),
            Routes = new RouteBinder(usedPools, hasProtocol ? protocol : null).Bind(section),
            Tls = section.Find("tls") is { } tls ? new ListenerTlsBinder(files).Bind(tls.Section()) : null,
            RedirectToHttps = section.Read("redirectToHttps", Flag.Parse, false),
            TrustedProxies = NetworkListBinder.Bind(section, "trustedProxies"),
        };
        listener = listener with
        {
            ProxyProtocol = section.Find("proxyProtocol") is { } proxies ? ProxyProtocolBinder.Bind(proxies.Section()) : null,
            FirstFlightTimeout = section.Read("firstFlightTimeout", Duration.Between(ShortestFirstFlight, LongestFirstFlight), listener.FirstFlightTimeout),
            OnBadHello = section.Read("onBadHello", Choice.Of<BadHelloAction>(), listener.OnBadHello),
            LogConnections = section.Read("logConnections", Choice.Of<ConnectionLogging>(), listener.LogConnections),
            LogRequests = section.Read("logRequests", Choice.Of<RequestLogging>(), listener.LogRequests),
            LogSample = section.Read("logSample", WholeNumber.Between(1, LargestSample), listener.LogSample),
            Limits = ListenerLimitBinder.Bind(section.Section("limits")),
            Allow = NetworkListBinder.Bind(section, "allow"),
            Deny = NetworkListBinder.Bind(section, "deny"),
        };

        if (section.Has("logSample") && listener.LogConnections != ConnectionLogging.All && listener.LogRequests != RequestLogging.All)
        {
            section.Warn("logSample", $"has no effect without logConnections: all{(listener.SpeaksHttp() ? " or logRequests: all" : "")}");
        }

        if (hasProtocol)
        {
            ListenerPlausibility.Check(section, listener);
        }

        section.ReportUnknownKeys();
        return listener;
    }

    private List<EndPoint> BindAddresses(SectionReader section)
    {
        if (section.Find("bind") is not { } setting)
        {
            section.ReportMissing("bind", "write where clients connect, such as \"*:6443\"");
            return [];
        }

        if (setting.IsEmpty)
        {
            setting.Error("is empty; write where clients connect, such as \"*:6443\"");
            return [];
        }

        var endPoints = new List<EndPoint>();
        foreach (var item in setting.ItemsOrSelf())
        {
            if (item.TryRead(BindAddress.Parse, out var endPoint))
            {
                endPoints.Add(endPoint);
                if (!bound.TryAdd(endPoint, item.Path, out var earlier))
                {
                    item.Error($"this address is already taken by {earlier}");
                }
            }
        }

        return endPoints;
    }

    /// <summary>Null when the file names none, which only a listener with routes may do, or one that redirects.</summary>
    private static string? BindDefaultPool(SectionReader section, ListenerPools pools)
    {
        if (!section.Has("pool") && (section.Has("routes") || section.Has("redirectToHttps")))
        {
            _ = section.Find("pool");
            return null;
        }

        if (!section.TryRequire("pool", Name.Parse, "name one of pools", out var name))
        {
            return "";
        }

        pools.Use(section, name);
        return name;
    }
}
