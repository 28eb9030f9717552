using System.Security.Cryptography.X509Certificates;

namespace ApiLb.Kubernetes.Introduction;

/// <summary>A cluster that somebody told of, and that one of the pins recognises. Immutable.</summary>
/// <param name="Cluster">As it was told.</param>
/// <param name="Authority">PEM of those of its CAs that are pinned: only they may vouch for the server that is asked again.</param>
internal sealed record PinnedCluster(PublicCluster Cluster, string Authority)
{
    /// <summary>Pure.</summary>
    /// <param name="kubeconfig">Of <c>cluster-info</c>, from anybody.</param>
    /// <param name="pins">Of which the CA must have one.</param>
    /// <param name="now">The wall clock.</param>
    public static KubernetesAnswer<PinnedCluster> Recognise(string kubeconfig, IReadOnlyList<PublicKeyPin> pins, DateTimeOffset now)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            var cluster = PublicCluster.Parse(kubeconfig);
            certificates = cluster.ReadCertificates();
            return Recognise(cluster, certificates, pins, now.UtcDateTime);
        }
        catch (FormatException e)
        {
            return new KubernetesFailure(KubernetesFailureKind.Malformed, $"the kubeconfig in its cluster-info {e.Message}");
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    private static KubernetesAnswer<PinnedCluster> Recognise(
        PublicCluster cluster, X509Certificate2Collection certificates, IReadOnlyList<PublicKeyPin> pins, DateTime now)
    {
        var pinned = certificates.Where(c => pins.Contains(PublicKeyPin.Of(c))).ToArray();
        if (pinned.Length == 0)
        {
            var found = string.Join(", ", certificates.Select(PublicKeyPin.Of));
            return Untrusted(
                $"its CA has the hash {found}, which was not given: another cluster, or somebody in between. `kubeadm token create --print-join-command` prints the right one");
        }

        return Array.Find(pinned, c => now < c.NotBefore.ToUniversalTime() || now > c.NotAfter.ToUniversalTime()) is { } bad
            ? Untrusted($"its CA is valid from {bad.NotBefore.ToUniversalTime():u} to {bad.NotAfter.ToUniversalTime():u}, not now: check this host's clock, or replace the CA")
            : new PinnedCluster(cluster, string.Join('\n', pinned.Select(c => c.ExportCertificatePem())));
    }

    private static KubernetesFailure Untrusted(string detail) => new(KubernetesFailureKind.Untrusted, detail);
}
