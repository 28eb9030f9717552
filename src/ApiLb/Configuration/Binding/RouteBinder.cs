using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>routes</c> of a listener. One for each listener: it knows which names are taken.</summary>
internal sealed class RouteBinder(ListenerPools pools)
{
    private readonly Dictionary<string, string> _ownerOf = new(StringComparer.Ordinal);

    public List<RouteOptions> Bind(SectionReader listener)
    {
        if (listener.Find("routes") is not { } setting)
        {
            return [];
        }

        if (setting.IsEmpty)
        {
            setting.Error("is empty; list at least one mapping of serverNames and pool, or remove the line");
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

        section.ReportUnknownKeys();
        return new RouteOptions { ServerNames = names, Pool = pool ?? "" };
    }

    private List<string> BindNames(SectionReader section)
    {
        const string Example = "write the names that clients ask for, such as a.example.com";
        if (section.Find("serverNames") is not { } setting)
        {
            section.ReportMissing("serverNames", Example);
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
