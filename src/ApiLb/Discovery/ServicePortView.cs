using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>Members as a Service's ports and objects of another kind name them together.</summary>
/// <param name="service">The Service.</param>
/// <param name="objects">Those that know addresses.</param>
/// <param name="members">Which members follow from both, or why none can. Pure.</param>
internal sealed class ServicePortView<T, TSaid>(
    WatchedObjects<Service, Service.Port> service,
    WatchedObjects<T, TSaid> objects,
    Func<IReadOnlyList<Service.Port>, IReadOnlyList<TSaid>, KubernetesAnswer<IReadOnlyList<Member>>> members) : IMemberView
    where T : class, IResource
    where TSaid : class
{
    public async Task<KubernetesAnswer<IReadOnlyList<Member>>> ListAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var ports = await service.ListAsync(client, cancellationToken);
        if (!ports.TryGet(out var known, out var failure))
        {
            return failure;
        }

        var answer = await objects.ListAsync(client, cancellationToken);
        return answer.TryGet(out var said, out failure) ? members(known, said) : failure;
    }

    public async Task<KubernetesFailure?> WatchAsync(KubernetesClient client, TimeSpan duration, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<KubernetesFailure?>[] watches = [service.WatchAsync(client, duration, end.Token), objects.WatchAsync(client, duration, end.Token)];
        var first = await Task.WhenAny(watches);
        await end.CancelAsync();
        await ((Task)Task.WhenAll(watches)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return await first;
    }
}
