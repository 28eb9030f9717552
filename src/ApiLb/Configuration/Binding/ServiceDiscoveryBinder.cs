using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds the keys of <c>discovery.kubernetes</c> that say which Service, and whether they fit the source.</summary>
internal static class ServiceDiscoveryBinder
{
    private static readonly Func<string, Parsed<int>> Port = WholeNumber.Between(1, 65535);

    private static readonly string[] OfServices = ["apiServers", "service", "servicePort", "nodePort", "nodeSelector", "zone"];
    private static readonly string[] OfNodes = ["nodePort", "nodeSelector"];

    /// <param name="section">The section.</param>
    /// <param name="kubernetes">What is bound of it already.</param>
    public static KubernetesDiscoveryOptions Bind(SectionReader section, KubernetesDiscoveryOptions kubernetes)
    {
        var bound = kubernetes with
        {
            ApiServers = BindApiServers(section),
            Service = ReadText(section, "service", KubernetesName.ParseQualified),
            ServicePort = ReadText(section, "servicePort", KubernetesName.ParsePort),
            NodePort = section.Find("nodePort") is { } nodePort && nodePort.TryRead(Port, out var port) ? port : null,
            NodeSelector = section.Read("nodeSelector", KubernetesName.ParseSelector, kubernetes.NodeSelector),
            Zone = ReadText(section, "zone", KubernetesName.ParseLabelValue),
        };
        Check(section, bound);
        return bound;
    }

    private static void Check(SectionReader section, KubernetesDiscoveryOptions kubernetes)
    {
        var source = Choice.WordOf(kubernetes.Source);
        if (kubernetes.NamesApiServers())
        {
            WarnOf(section, OfServices, $"has no effect with source {source}, whose members are apiservers; use source: service or node-port");
            WarnOf(section, kubernetes.Source == ClusterSource.Endpoints ? ["port"] : [], $"has no effect with source {source}, which name the port themselves");
            return;
        }

        WarnOf(section, ["port"], $"has no effect with source {source}; the port is that of servicePort{(kubernetes.Source == ClusterSource.NodePort ? ", or nodePort" : "")}");
        if (kubernetes.Source == ClusterSource.Service)
        {
            WarnOf(section, OfNodes, "has no effect with source service, whose members are pods; use source: node-port");
            Require(section, section.Has("service"), "write the Service as NAMESPACE/NAME, such as ingress-nginx/ingress-nginx-controller");
        }
        else
        {
            Require(section, section.Has("service") || section.Has("nodePort"), "write the Service whose nodePort it is as NAMESPACE/NAME, or nodePort");
            if (section.Has("service") && section.Has("nodePort"))
            {
                section.Error("nodePort", "is not allowed beside service, which tells it");
            }
        }

        if (section.Has("servicePort") && !section.Has("service"))
        {
            section.Warn("servicePort", "has no effect without service");
        }

        if (section.Has("tokenFile") && kubernetes.ApiServers.Count == 0)
        {
            section.ReportMissing("apiServers", "the members are no apiservers, and only a kubeconfig says whom else to ask");
        }
    }

    private static void Require(SectionReader section, bool isThere, string whatToDo)
    {
        if (!isThere)
        {
            section.ReportMissing("service", whatToDo);
        }
    }

    private static void WarnOf(SectionReader section, IEnumerable<string> keys, string message)
    {
        foreach (var key in keys.Where(section.Has))
        {
            section.Warn(key, message);
        }
    }

    private static string? ReadText(SectionReader section, string key, Func<string, Parsed<string>> parse) =>
        section.Find(key) is { } setting && setting.TryRead(parse, out var text) ? text : null;

    private static List<BackendAddress> BindApiServers(SectionReader section)
    {
        var addresses = new List<BackendAddress>();
        foreach (var item in section.Find("apiServers")?.ItemsOrSelf() ?? [])
        {
            if (item.TryRead(ServerAddress.Parse, out var address))
            {
                addresses.Add(address);
                if (address.IsUnix)
                {
                    item.Error("is a unix socket; write host and port of an apiserver");
                }
            }
        }

        return addresses;
    }
}
