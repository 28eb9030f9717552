namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>Reads from a manifest that kubeadm wrote how the kubelet would start the process.</summary>
internal static class StaticPodManifest
{
    /// <summary>The arguments without the program, their absolute paths below the host's root.</summary>
    public static IReadOnlyList<string> ArgumentsOf(string component, string root)
    {
        var lines = File.ReadAllLines($"{root}/etc/kubernetes/manifests/{component}.yaml").Select(line => line.Trim());
        return
        [
            .. lines.SkipWhile(line => line != "- command:")
                .TakeWhile(line => !line.StartsWith("image:", StringComparison.Ordinal))
                .Where(line => line.StartsWith("- --", StringComparison.Ordinal))
                .Select(line => line[2..].Replace("=/", "=" + root + "/", StringComparison.Ordinal)),
        ];
    }
}
