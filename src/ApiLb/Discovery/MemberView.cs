using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>Members as objects of one kind name them.</summary>
/// <param name="objects">What they say.</param>
/// <param name="members">Which members follow from all of it, or why none can. Pure.</param>
internal sealed class MemberView<T, TSaid>(
    WatchedObjects<T, TSaid> objects, Func<IReadOnlyList<TSaid>, KubernetesAnswer<IReadOnlyList<Member>>> members) : IMemberView
    where T : class, IResource
    where TSaid : class
{
    public async Task<KubernetesAnswer<IReadOnlyList<Member>>> ListAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var answer = await objects.ListAsync(client, cancellationToken);
        return answer.TryGet(out var said, out var failure) ? members(said) : failure;
    }

    public Task<KubernetesFailure?> WatchAsync(KubernetesClient client, TimeSpan duration, CancellationToken cancellationToken) =>
        objects.WatchAsync(client, duration, cancellationToken);
}
