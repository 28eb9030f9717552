using System.Globalization;
using ApiLb.Configuration;

namespace ApiLb.Backends;

/// <summary>Reads the warnings of a pool off the facts of its backends. Pure.</summary>
internal static class PoolWarnings
{
    private const int MostSkew = 1;

    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);
    private static readonly TimeSpan VerySoon = TimeSpan.FromDays(7);
    private static readonly TimeSpan MostOffset = TimeSpan.FromSeconds(2);

    /// <param name="options">The pool's.</param>
    /// <param name="backends">Its backends.</param>
    /// <param name="now">The wall clock.</param>
    /// <returns>In the order of the backends, the pool's own last.</returns>
    public static IReadOnlyList<PoolWarning> Of(PoolOptions options, IReadOnlyList<Backend> backends, DateTimeOffset now)
    {
        var warnings = new List<PoolWarning>();
        foreach (var backend in backends)
        {
            if (backend.Facts is { } facts)
            {
                AddCertificate(warnings, backend.Name, facts.Certificate, options.ControlPlaneEndpoint, now);
                AddClock(warnings, backend.Name, facts.ClockOffset);
            }
        }

        if (SkewOf(backends) is > MostSkew and var skew)
        {
            var versions = backends.Where(b => b.Facts?.Version is not null).Select(b => $"{b.Name} {b.Facts!.Version}");
            warnings.Add(new PoolWarning(
                PoolWarningKind.VersionSkew, null, false,
                $"apiservers are {skew} minor versions apart ({string.Join(", ", versions)}), Kubernetes supports {MostSkew}: finish the upgrade"));
        }

        return warnings;
    }

    /// <summary>How many minor versions the backends are apart; null when nobody has told.</summary>
    public static int? SkewOf(IReadOnlyList<Backend> backends)
    {
        int? lowest = null;
        int? highest = null;
        foreach (var backend in backends)
        {
            if (MinorOf(backend.Facts?.Version) is { } minor)
            {
                lowest = Math.Min(lowest ?? minor, minor);
                highest = Math.Max(highest ?? minor, minor);
            }
        }

        return highest - lowest;
    }

    private static int? MinorOf(string? version) =>
        version?.Split('.') is ["v1", var minor, ..] && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static void AddCertificate(
        List<PoolWarning> warnings, string backend, CertificateFacts? certificate, BackendAddress? endpoint, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return;
        }

        if (certificate.NotAfter - now is var left && left < Soon)
        {
            var when = left <= TimeSpan.Zero ? "has expired" : string.Create(CultureInfo.InvariantCulture, $"expires in {Math.Floor(left.TotalDays)} days");
            warnings.Add(new PoolWarning(
                PoolWarningKind.CertificateExpires, backend, left < VerySoon,
                $"{backend}: its certificate {when} ({certificate.NotAfter:u}): kubeadm certs renew apiserver, then restart it"));
        }

        if (certificate.CoversEndpoint == false && endpoint is not null)
        {
            warnings.Add(new PoolWarning(
                PoolWarningKind.EndpointNotCovered, backend, false,
                $"{backend}: its certificate does not cover {endpoint.Host} (controlPlaneEndpoint), clients will refuse it: add it to apiServer.certSANs"));
        }
    }

    private static void AddClock(List<PoolWarning> warnings, string backend, TimeSpan? offset)
    {
        if (offset is { } found && found.Duration() > MostOffset)
        {
            var direction = found > TimeSpan.Zero ? "ahead of" : "behind";
            warnings.Add(new PoolWarning(
                PoolWarningKind.ClockOffset, backend, false,
                string.Create(CultureInfo.InvariantCulture, $"{backend}: its clock is {found.Duration().TotalSeconds:0} s {direction} this host's: check NTP on both")));
        }
    }
}
