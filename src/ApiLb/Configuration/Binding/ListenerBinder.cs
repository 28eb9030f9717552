using System.Net;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds one entry of <c>listeners</c>, and checks that it and its pool fit together.</summary>
internal sealed class ListenerBinder(IReadOnlyList<PoolOptions> pools, BoundAddresses bound)
{
    private static readonly TimeSpan ShortestFirstFlight = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestFirstFlight = TimeSpan.FromMinutes(10);

    public ListenerOptions Bind(string name, SectionReader section)
    {
        var defaultTimeout = new ListenerOptions { Name = "", Bind = [], Pool = "", Protocol = ListenerProtocol.Tls }.FirstFlightTimeout;
        var listener = new ListenerOptions
        {
            Name = name,
            Bind = BindAddresses(section),
            Protocol = section.Require(
                "protocol", Choice.Of<ListenerProtocol>("http", "https"), ListenerProtocol.Tls, $"use {Choice.AllowedWords<ListenerProtocol>()}"),
            Pool = section.Require("pool", Name.Parse, "", "name one of pools"),
            FirstFlightTimeout = section.Read("firstFlightTimeout", Duration.Between(ShortestFirstFlight, LongestFirstFlight), defaultTimeout),
        };
        if (listener.Protocol == ListenerProtocol.Tcp && section.Has("firstFlightTimeout"))
        {
            section.Warn("firstFlightTimeout", "has no effect with protocol tcp, where the server may speak first");
        }

        CheckPool(section, listener);
        section.ReportUnknownKeys();
        return listener;
    }

    private List<EndPoint> BindAddresses(SectionReader section)
    {
        if (section.Find("bind") is not { } setting)
        {
            section.Error("bind", "is missing; write where clients connect, such as \"*:6443\"");
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

    private void CheckPool(SectionReader section, ListenerOptions listener)
    {
        if (listener.Pool.Length == 0)
        {
            return;
        }

        if (pools.FirstOrDefault(pool => pool.Name == listener.Pool) is not { } pool)
        {
            section.Error("pool", MissingPool(listener.Pool));
            return;
        }

        RefuseLoop(section, listener, pool);
        WarnOfWeakHealth(section, listener, pool.Health.Type);
    }

    private string MissingPool(string name)
    {
        var names = pools.Select(pool => pool.Name).ToList();
        var hint = NearestWord.Hint(name, names);
        var help = hint.Length > 0 || names.Count == 0 ? hint : $"; pools in this file: {string.Join(", ", names.Select(Quoted.Shorten))}";
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

    private static void WarnOfWeakHealth(SectionReader section, ListenerOptions listener, HealthCheckType type)
    {
        if (listener.Protocol != ListenerProtocol.Tls)
        {
            return;
        }

        if (type == HealthCheckType.Tcp)
        {
            section.Warn("pool", $"pool {listener.Pool} has health.type tcp, which a frozen server passes, because the kernel answers for it; use kube-apiserver, https or tls");
        }
        else if (type == HealthCheckType.Http)
        {
            section.Warn("pool", $"pool {listener.Pool} has health.type http, but this listener sends TLS to the same port; use https");
        }
    }
}
