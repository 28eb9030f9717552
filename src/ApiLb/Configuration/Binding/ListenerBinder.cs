using System.Net;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds one entry of <c>listeners</c>, and checks that it and its pool fit together.</summary>
internal sealed class ListenerBinder(IReadOnlyList<PoolOptions> pools, BoundAddresses bound)
{
    private const int MostPoolsListed = 20;

    private static readonly TimeSpan ShortestFirstFlight = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestFirstFlight = TimeSpan.FromMinutes(10);

    public ListenerOptions Bind(string name, SectionReader section)
    {
        var endPoints = BindAddresses(section);
        var hasProtocol = section.TryRequire(
            "protocol", Choice.Of<ListenerProtocol>("http", "https"), $"use {Choice.AllowedWords<ListenerProtocol>()}", out var protocol);
        var hasPool = section.TryRequire("pool", Name.Parse, "name one of pools", out var poolName);
        var listener = new ListenerOptions { Name = name, Bind = endPoints, Protocol = protocol, Pool = poolName ?? "" };
        listener = listener with
        {
            FirstFlightTimeout = section.Read("firstFlightTimeout", Duration.Between(ShortestFirstFlight, LongestFirstFlight), listener.FirstFlightTimeout),
            Limits = ListenerLimitBinder.Bind(section.Section("limits")),
            Allow = NetworkListBinder.Bind(section, "allow"),
            Deny = NetworkListBinder.Bind(section, "deny"),
        };

        var pool = hasPool ? FindPool(section, listener.Pool) : null;
        if (pool is not null)
        {
            RefuseLoop(section, listener, pool);
        }

        if (hasProtocol)
        {
            WarnOfMismatch(section, protocol, pool);
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

    private PoolOptions? FindPool(SectionReader section, string name)
    {
        var pool = pools.FirstOrDefault(candidate => candidate.Name == name);
        if (pool is null)
        {
            section.Error("pool", MissingPool(name));
        }

        return pool;
    }

    private string MissingPool(string name)
    {
        var names = pools.Select(pool => pool.Name).ToList();
        var hint = NearestWord.Hint(name, names);
        var isListed = hint.Length == 0 && names.Count is > 0 and <= MostPoolsListed;
        var help = isListed ? $"; pools in this file: {string.Join(", ", names.Select(Quoted.Shorten))}" : hint;
        return $"there is no pool named {Quoted.Of(name)}{help}";
    }

    private static void RefuseLoop(SectionReader section, ListenerOptions listener, PoolOptions pool)
    {
        var looping = pool.Backends.FirstOrDefault(backend =>
            backend.Address.TryGetEndPoint() is { } target && listener.Bind.Any(own => BoundAddresses.Reaches(target, own)));
        if (looping is not null)
        {
            section.Error("bind", $"backend {Quoted.Of(looping.Name)} of pool {listener.Pool} is this listener itself: every connection would go in a circle");
        }
    }

    private static void WarnOfMismatch(SectionReader section, ListenerProtocol protocol, PoolOptions? pool)
    {
        if (protocol == ListenerProtocol.Tcp)
        {
            if (section.Has("firstFlightTimeout"))
            {
                section.Warn("firstFlightTimeout", "has no effect with protocol tcp, where the server may speak first");
            }

            return;
        }

        switch (pool?.Health.Type)
        {
            case HealthCheckType.Tcp:
                section.Warn("pool", $"pool {pool.Name} has health.type tcp, which a frozen server passes, because the kernel answers for it; use kube-apiserver, https or tls");
                break;
            case HealthCheckType.Http:
                section.Warn("pool", $"pool {pool.Name} has health.type http, but this listener sends TLS to the same port; use https");
                break;
        }
    }
}
