using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>etcd</c>.</summary>
internal sealed class EtcdBinder(HealthFilesCheck files)
{
    public const string CaOrigin = "kubeadm writes etcd's CA to /etc/kubernetes/pki/etcd/ca.crt, which is not the cluster's CA";

    private const string Members = "members";
    private const string MetricsUrls = "metricsUrls";

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Null when the section is absent or empty: then etcd is not watched.</summary>
    public EtcdOptions? Bind(SectionReader section)
    {
        if (section.IsEmpty)
        {
            return null;
        }

        var defaults = new EtcdOptions();
        var members = BindMembers(section);
        var metricsUrls = BindMetricsUrls(section);
        var caFile = files.Ca.Read(section, "caFile", CaOrigin);
        var clientCertificate = files.Credentials.ReadCertificate(section, "clientCertificateFile", "clientKeyFile", out var clientKey);
        var etcd = new EtcdOptions
        {
            Members = members,
            MetricsUrls = metricsUrls,
            CaFile = caFile,
            ClientCertificateFile = clientCertificate,
            ClientKeyFile = clientKey,
            Interval = section.Read("interval", Duration.Between(ShortestInterval, LongestInterval), defaults.Interval),
            Timeout = section.Read("timeout", Duration.Between(ShortestInterval, LongestTimeout), defaults.Timeout),
        };
        CheckSource(section, etcd);
        CheckCredentials(section);
        section.ReportUnknownKeys();
        return etcd;
    }

    private static void CheckSource(SectionReader section, EtcdOptions etcd)
    {
        switch (section.Has(Members), section.Has(MetricsUrls))
        {
            case (false, false):
                section.ReportMissing(Members, "list etcd's members, such as 10.0.0.11:2379, or give metricsUrls");
                break;
            case (true, true):
                section.Error(MetricsUrls, "cannot stand beside members, which tell more; remove one of the two");
                break;
            case (true, false) when !section.Has("caFile"):
                section.ReportMissing("caFile", $"etcd's members are verified; {CaOrigin}");
                break;
            case (false, true) when !etcd.MetricsUrls.Any(url => url.Scheme == Uri.UriSchemeHttps):
                WarnOfUnusedTls(section);
                break;
        }
    }

    private static void CheckCredentials(SectionReader section)
    {
        if (section.Has("clientCertificateFile") != section.Has("clientKeyFile"))
        {
            var (there, missing) = section.Has("clientKeyFile") ? ("clientKeyFile", "clientCertificateFile") : ("clientCertificateFile", "clientKeyFile");
            section.ReportMissing(missing, $"{there} is of no use without it");
        }
    }

    private static void WarnOfUnusedTls(SectionReader section)
    {
        foreach (var key in (string[])["caFile", "clientCertificateFile", "clientKeyFile"])
        {
            if (section.Has(key))
            {
                section.Warn(key, "has no effect with metricsUrls that begin with http://");
            }
        }
    }

    private static List<EtcdMemberAddress> BindMembers(SectionReader section)
    {
        var members = new List<EtcdMemberAddress>();
        foreach (var item in ItemsOf(section, Members, "list at least one member, such as 10.0.0.11:2379"))
        {
            if (!item.TryRead(ParseMember, out var member))
            {
                continue;
            }

            if (members.Exists(other => other.Name == member.Name || other.Address == member.Address))
            {
                item.Error("there is already a member with this name or address");
            }

            members.Add(member);
        }

        return members;
    }

    private static List<Uri> BindMetricsUrls(SectionReader section)
    {
        var urls = new List<Uri>();
        foreach (var item in ItemsOf(section, MetricsUrls, "list at least one, such as http://10.0.0.11:2381"))
        {
            if (item.TryRead(MetricsUrl.Parse, out var url))
            {
                if (urls.Contains(url))
                {
                    item.Error("is given twice");
                }

                urls.Add(url);
            }
        }

        return urls;
    }

    private static IReadOnlyList<SettingReader> ItemsOf(SectionReader section, string key, string whatToDo)
    {
        if (section.Find(key) is not { } setting)
        {
            return [];
        }

        if (setting.IsEmpty)
        {
            setting.Error($"is empty; {whatToDo}");
        }

        return setting.Items();
    }

    private static Parsed<EtcdMemberAddress> ParseMember(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0 && !Name.Parse(text[..equals]).TryGet(out _, out var problem))
        {
            return Parsed<EtcdMemberAddress>.Failed(problem);
        }

        if (!ServerAddress.Parse(text[(equals + 1)..]).TryGet(out var address, out problem))
        {
            return Parsed<EtcdMemberAddress>.Failed(problem);
        }

        return address.IsUnix
            ? Parsed<EtcdMemberAddress>.Failed($"{Quoted.Of(text)} is a unix socket; write the HOST:PORT of the member's client URL")
            : Parsed<EtcdMemberAddress>.Of(new EtcdMemberAddress(equals < 0 ? text : text[..equals], address));
    }
}
