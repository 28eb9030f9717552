using System.Net;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>proxyProtocol</c> of a listener.</summary>
internal static class ProxyProtocolBinder
{
    private const string WhatToDo = "list the proxies, such as 10.0.0.5 or 10.0.0.0/24: nobody else may connect then";

    public static ProxyProtocolOptions Bind(SectionReader section)
    {
        var from = new List<IPNetwork>();
        if (section.Find("from") is not { } setting)
        {
            section.ReportMissing("from", WhatToDo);
        }
        else if (setting.IsEmpty)
        {
            setting.Error($"is empty; {WhatToDo}");
        }
        else
        {
            foreach (var item in setting.ItemsOrSelf())
            {
                if (item.TryRead(Cidr.Parse, out var network))
                {
                    from.Add(network);
                }
            }
        }

        section.ReportUnknownKeys();
        return new ProxyProtocolOptions { From = from };
    }
}
