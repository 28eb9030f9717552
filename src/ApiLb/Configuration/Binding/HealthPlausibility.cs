using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Settings of <c>health</c> that are each allowed, but not together.</summary>
internal static class HealthPlausibility
{
    private const string Readyz = "/readyz";

    // The default of kube-apiserver --etcd-healthcheck-timeout: so long may an honest answer take.
    private static readonly TimeSpan ApiserverEtcdCheck = TimeSpan.FromSeconds(2);

    private static readonly HealthCheckType[] WithTls =
        [HealthCheckType.KubeApiserver, HealthCheckType.Https, HealthCheckType.Tls, HealthCheckType.Etcd];

    private static readonly Dictionary<string, HealthCheckType[]> UsedBy = new(StringComparer.Ordinal)
    {
        ["caFile"] = WithTls,
        ["clientCertificateFile"] = WithTls,
        ["clientKeyFile"] = WithTls,
        ["tokenFile"] = [HealthCheckType.KubeApiserver, HealthCheckType.Https, HealthCheckType.Http],
        ["path"] = [HealthCheckType.KubeApiserver, HealthCheckType.Http, HealthCheckType.Https],
        ["serverName"] = [.. WithTls, HealthCheckType.Http],
        ["freshConnectionEvery"] = [HealthCheckType.KubeApiserver, HealthCheckType.Http, HealthCheckType.Https, HealthCheckType.Etcd],
    };

    public static void Check(SectionReader section, HealthOptions health, IReadOnlyList<BackendOptions> backends)
    {
        WarnOfUnused(section, health.Type);
        RequireServerNameForUnix(section, health, backends);
        CheckCredentials(section, health.Type);
        if (health.Type == HealthCheckType.KubeApiserver)
        {
            CheckKubeApiserver(section, health);
        }
        else if (health.Type == HealthCheckType.Etcd && !section.Has("caFile"))
        {
            section.ReportMissing("caFile", $"type etcd verifies etcd's own CA; {EtcdBinder.CaOrigin}");
        }
    }

    private static void WarnOfUnused(SectionReader section, HealthCheckType type)
    {
        foreach (var (key, types) in UsedBy)
        {
            if (section.Has(key) && !types.Contains(type))
            {
                section.Warn(key, $"has no effect with type {Choice.WordOf(type)}{(section.Has("type") ? "" : ", which is the default")}");
            }
        }
    }

    private static void RequireServerNameForUnix(SectionReader section, HealthOptions health, IReadOnlyList<BackendOptions> backends)
    {
        var verifiesName = health.Type is HealthCheckType.Https or HealthCheckType.Tls or HealthCheckType.Etcd;
        if (verifiesName && !section.Has("serverName") && backends.Any(backend => backend.Address.IsUnix))
        {
            section.ReportMissing("serverName", $"a unix socket has no host name that type {Choice.WordOf(health.Type)} could look for in the certificate");
        }
    }

    private static void CheckCredentials(SectionReader section, HealthCheckType type)
    {
        foreach (var (key, other) in (ReadOnlySpan<(string, string)>)[("clientCertificateFile", "clientKeyFile"), ("clientKeyFile", "clientCertificateFile")])
        {
            if (section.Has(key) && !section.Has(other))
            {
                section.ReportMissing(other, $"{key} is of no use without it");
            }
        }

        if (section.Has("tokenFile") && section.Has("clientCertificateFile"))
        {
            section.Error("tokenFile", "an apiserver looks at one of tokenFile and clientCertificateFile; remove one");
        }

        if (section.Has("tokenFile") && type == HealthCheckType.Http)
        {
            section.Error("tokenFile", "type http would send the token readable by everyone on the way; use type https or kube-apiserver");
        }
    }

    private static void CheckKubeApiserver(SectionReader section, HealthOptions health)
    {
        if (!section.Has("caFile"))
        {
            section.ReportMissing(
                "caFile",
                "type kube-apiserver verifies the cluster's CA, which kubeadm writes to /etc/kubernetes/pki/ca.crt on "
                + "every control-plane host: copy that file (never ca.key) here, such as to /etc/apilb/ca.crt");
        }

        if (health.Path.StartsWith("/healthz", StringComparison.Ordinal) || health.Path.StartsWith("/livez", StringComparison.Ordinal))
        {
            section.Warn("path", $"{Quoted.Shorten(health.Path)} stays green while an apiserver shuts down, so clients are sent to it until it is gone; {Readyz} turns red first");
        }
        else if (!health.Path.StartsWith(Readyz, StringComparison.Ordinal))
        {
            section.Warn("path", $"{Quoted.Shorten(health.Path)} is not where an apiserver tells whether it is ready; use {Readyz}");
        }

        if (health.Timeout <= ApiserverEtcdCheck)
        {
            section.Warn("timeout", $"{Duration.Format(health.Timeout)} is too short to hear an apiserver say that etcd is slow, for which it waits {Duration.Format(ApiserverEtcdCheck)} itself; use 3s");
        }
    }
}
