using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>discovery</c> of a pool.</summary>
internal sealed class DiscoveryBinder(CaFileCheck files)
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    private static readonly Func<string, Parsed<int>> Port = WholeNumber.Between(1, 65535);

    /// <summary>Null when there is no source in it.</summary>
    public DiscoveryOptions? Bind(SectionReader section)
    {
        var kubernetes = section.Find("kubernetes") is { IsNull: false } kube ? BindKubernetes(kube.Section()) : null;
        var dns = section.Find("dns") is { IsNull: false } names ? BindDns(names.Section()) : null;
        section.ReportUnknownKeys();
        return kubernetes is null && dns is null ? null : new DiscoveryOptions { Kubernetes = kubernetes, Dns = dns };
    }

    private KubernetesDiscoveryOptions BindKubernetes(SectionReader section)
    {
        var defaults = new KubernetesDiscoveryOptions();
        var kubernetes = new KubernetesDiscoveryOptions
        {
            Kubeconfig = files.ReadPath(section, "kubeconfig", "until it is there nothing is discovered; make one with: apilb kubeconfig"),
            TokenFile = files.ReadPath(section, "tokenFile", "until it holds the token of a service account nothing is discovered"),
            CaFile = files.Read(section, "caFile"),
            Source = section.Read("source", Choice.Of<ClusterSource>(), defaults.Source),
            Port = section.Read("port", Port, defaults.Port),
            ServerName = section.Find("serverName") is { } name && name.TryRead(ServerName.Parse, out var serverName) ? serverName : null,
        };
        RequireOneWayIn(section);
        kubernetes = ServiceDiscoveryBinder.Bind(section, kubernetes);
        section.ReportUnknownKeys();
        return kubernetes;
    }

    private static void RequireOneWayIn(SectionReader section)
    {
        var hasToken = section.Has("tokenFile") || section.Has("caFile");
        if (section.Has("kubeconfig") && hasToken)
        {
            section.Error(section.Has("tokenFile") ? "tokenFile" : "caFile", "is not allowed beside kubeconfig, which holds token and CA itself");
        }
        else if (!section.Has("kubeconfig") && !hasToken)
        {
            section.ReportMissing("kubeconfig", "make one with: apilb kubeconfig; or write tokenFile and caFile");
        }
        else if (hasToken && !section.Has("tokenFile"))
        {
            section.ReportMissing("tokenFile", "caFile alone does not convince an apiserver");
        }
        else if (hasToken && !section.Has("caFile"))
        {
            section.ReportMissing("caFile", "without the cluster's CA anybody could get the token");
        }
    }

    private static DnsDiscoveryOptions? BindDns(SectionReader section)
    {
        var hasName = section.TryRequire("name", ParseName, "write the name that has every server's address", out var name);
        var defaults = new DnsDiscoveryOptions { Name = name ?? "" };
        var dns = defaults with
        {
            Port = section.Read("port", Port, defaults.Port),
            Interval = section.Read("interval", Duration.Between(ShortestInterval, LongestInterval), defaults.Interval),
        };
        section.ReportUnknownKeys();
        return hasName ? dns : null;
    }

    private static Parsed<string> ParseName(string text) =>
        HostAndPort.IsHost(text) && !System.Net.IPAddress.TryParse(text, out _)
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not a host name; write it without port; addresses belong into backends");
}
