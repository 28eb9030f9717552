using System.Net;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds one network or a list of them.</summary>
internal static class NetworkListBinder
{
    public static IReadOnlyList<IPNetwork> Bind(SectionReader section, string key)
    {
        if (section.Find(key) is not { } setting)
        {
            return [];
        }

        if (setting.IsEmpty)
        {
            // Nobody could tell whether an empty allow list means everybody or nobody.
            setting.Error("is empty; list networks, such as 10.0.0.0/8, or remove the line");
            return [];
        }

        var networks = new List<IPNetwork>();
        foreach (var item in setting.ItemsOrSelf())
        {
            if (item.TryRead(Cidr.Parse, out var network))
            {
                networks.Add(network);
            }
        }

        return networks;
    }
}
