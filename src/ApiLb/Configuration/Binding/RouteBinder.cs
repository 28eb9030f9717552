using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>routes</c> of a listener. One for each listener: it knows what is routed already.</summary>
/// <param name="pools">Of the listener.</param>
/// <param name="protocol">Null: the file names none.</param>
internal sealed class RouteBinder(ListenerPools pools, ListenerProtocol? protocol)
{
    private readonly Dictionary<string, string> _ownerOf = new(StringComparer.Ordinal);

    private bool IsHttp => protocol is ListenerProtocol.Http or ListenerProtocol.Https;

    public List<RouteOptions> Bind(SectionReader listener)
    {
        if (listener.Find("routes") is not { } setting)
        {
            return [];
        }

        if (setting.IsEmpty)
        {
            setting.Error($"is empty; list at least one mapping of {(IsHttp ? "host, path or headers" : "serverNames")} and pool, or remove the line");
            return [];
        }

        return [.. setting.Items().Select(item => BindRoute(item.Section()))];
    }

    private RouteOptions BindRoute(SectionReader section)
    {
        var names = BindNames(section);
        var hasPool = section.TryRequire("pool", Name.Parse, "name one of pools", out var pool);
        if (hasPool)
        {
            pools.Use(section, pool!);
        }

        var route = HttpRouteBinder.Bind(section, new RouteOptions { ServerNames = names, Pool = pool ?? "" });
        if (IsHttp)
        {
            CheckHttp(section, route);
        }
        else if (protocol is not null)
        {
            HttpRouteBinder.RefuseAll(section, protocol.Value);
        }

        section.ReportUnknownKeys();
        return route;
    }

    private void CheckHttp(SectionReader section, RouteOptions route)
    {
        if (section.Has("serverNames"))
        {
            section.Error("serverNames", "is for protocol tls, where only the ClientHello is seen; here write host");
        }

        if (!section.Has("serverNames") && !section.Has("host") && !section.Has("path") && !section.Has("headers"))
        {
            section.ReportMissing("host", "a route needs host, path or headers; what no route takes goes to the listener's pool");
        }
        else if (HttpRouteBinder.IsReadable(section, route) && !_ownerOf.TryAdd(HttpRouteBinder.ConditionOf(route), section.Path))
        {
            section.Error($"takes the same requests as {_ownerOf[HttpRouteBinder.ConditionOf(route)]}");
        }
    }

    private List<string> BindNames(SectionReader section)
    {
        const string Example = "write the names that clients ask for, such as a.example.com";
        if (section.Find("serverNames") is not { } setting)
        {
            if (!IsHttp)
            {
                section.ReportMissing("serverNames", Example);
            }

            return [];
        }

        if (setting.IsEmpty)
        {
            setting.Error($"is empty; {Example}");
            return [];
        }

        var names = new List<string>();
        foreach (var item in setting.ItemsOrSelf())
        {
            if (!item.TryRead(ServerNamePattern.Parse, out var name))
            {
                continue;
            }

            if (_ownerOf.TryAdd(name, item.Path))
            {
                names.Add(name);
            }
            else
            {
                item.Error($"{Quoted.Of(name)} is already routed by {_ownerOf[name]}");
            }
        }

        return names;
    }
}
