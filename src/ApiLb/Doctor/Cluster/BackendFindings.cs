using System.Globalization;
using ApiLb.Backends;
using ApiLb.Configuration;

namespace ApiLb.Doctor.Cluster;

/// <summary>What the facts about a pool's backends say: the daemon's own warnings, and what is well. Pure.</summary>
internal static class BackendFindings
{
    /// <param name="options">The pool's.</param>
    /// <param name="endpoint">The host by which clients know the pool; null: not known.</param>
    /// <param name="backends">After they were checked.</param>
    /// <param name="now">The wall clock.</param>
    public static IEnumerable<Finding> Of(PoolOptions options, string? endpoint, IReadOnlyList<Backend> backends, DateTimeOffset now)
    {
        var warnings = PoolWarnings.Of(options, backends, now);
        return [.. warnings.Select(Of), .. Good(options, backends, warnings), .. OfEndpoint(options, endpoint, backends, warnings), .. OfBalance(options)];
    }

    private static Finding Of(PoolWarning warning) =>
        new(warning.IsUrgent ? Severity.Error : Severity.Warning, WordOf(warning.Kind), warning.Text);

    private static string WordOf(PoolWarningKind kind) => kind switch
    {
        PoolWarningKind.CertificateExpires => "certificate",
        PoolWarningKind.EndpointNotCovered => "endpoint",
        PoolWarningKind.VersionSkew => "version",
        _ => "clock",
    };

    private static IEnumerable<Finding> Good(PoolOptions options, IReadOnlyList<Backend> backends, IReadOnlyList<PoolWarning> warnings)
    {
        var facts = backends.Select(b => b.Facts).OfType<BackendFacts>().ToArray();
        if (IsFreeOf(PoolWarningKind.CertificateExpires) && facts.Min(f => f.Certificate?.NotAfter) is { } first)
        {
            yield return Finding.Ok("certificate", $"pool {options.Name}: the first certificate expires on {first.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        }

        if (IsFreeOf(PoolWarningKind.VersionSkew) && facts.Select(f => f.Version).OfType<string>().Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } versions)
        {
            yield return Finding.Ok("version", $"pool {options.Name}: {string.Join(", ", versions)}");
        }

        if (IsFreeOf(PoolWarningKind.ClockOffset) && facts.Any(f => f.ClockOffset is not null))
        {
            yield return Finding.Ok("clock", $"pool {options.Name}: the clocks agree with this host's");
        }

        bool IsFreeOf(PoolWarningKind kind) => warnings.All(w => w.Kind != kind);
    }

    private static IEnumerable<Finding> OfEndpoint(PoolOptions options, string? endpoint, IReadOnlyList<Backend> backends, IReadOnlyList<PoolWarning> warnings)
    {
        const string check = "endpoint";
        if (endpoint is null)
        {
            if (backends.Any(b => b.Facts?.Certificate is not null))
            {
                yield return Finding.Note(
                    check, $"pool {options.Name}: whether certificates cover the name that clients use is not known", "set controlPlaneEndpoint to that of kubeadm");
            }

            yield break;
        }

        var lacking = backends.Where(b => b.Facts?.Certificate?.CoversEndpoint == false).Select(b => b.Name).ToArray();
        if (lacking.Length > 0 && warnings.All(w => w.Kind != PoolWarningKind.EndpointNotCovered))
        {
            yield return Finding.Warning(
                check,
                $"the certificates of {string.Join(", ", lacking)} do not cover {endpoint}, on which a listener is bound: clients that use this address refuse them",
                $"add {endpoint} to apiServer.certSANs, or set controlPlaneEndpoint to what clients use");
        }
        else if (lacking.Length == 0 && backends.Any(b => b.Facts?.Certificate?.CoversEndpoint == true))
        {
            yield return Finding.Ok(check, $"pool {options.Name}: the certificates cover {endpoint}");
        }
    }

    /// <summary>Whether an apiserver has the flag cannot be seen from outside.</summary>
    private static IEnumerable<Finding> OfBalance(PoolOptions options)
    {
        if (options is { Health.Type: HealthCheckType.KubeApiserver, Backends.Count: > 1, Rebalance.Enabled: false })
        {
            yield return Finding.Note(
                "goaway",
                $"pool {options.Name}: clients keep one connection for days, so an apiserver that was restarted stays empty",
                "kube-apiserver --goaway-chance=0.001 on every apiserver, or rebalance.enabled: true here");
        }
    }
}
