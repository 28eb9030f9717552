using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>One way in which a cluster names members.</summary>
internal interface IMemberView
{
    /// <summary>All members that the objects name now. Remembers from where they are to be watched.</summary>
    Task<KubernetesAnswer<IReadOnlyList<Member>>> ListAsync(KubernetesClient client, CancellationToken cancellationToken);

    /// <summary>Returns as soon as the members may be others than those listed, at the latest after <paramref name="duration"/>.</summary>
    /// <returns>Why they cannot be watched; null when they can.</returns>
    Task<KubernetesFailure?> WatchAsync(KubernetesClient client, TimeSpan duration, CancellationToken cancellationToken);
}
