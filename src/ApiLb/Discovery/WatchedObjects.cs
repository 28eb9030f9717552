using ApiLb.Kubernetes;

namespace ApiLb.Discovery;

/// <summary>
/// Objects of one kind, and what they say. The list is the truth, and the watch its doorbell: it rings when an event changes what its
/// object says, and not when a kubelet reports that a node lives.
/// </summary>
/// <param name="query">Which objects.</param>
/// <param name="saidBy">What one of them says; values that can be compared.</param>
/// <param name="time">The clock of all deadlines.</param>
internal sealed class WatchedObjects<T, TSaid>(ResourceQuery<T> query, Func<T, IEnumerable<TSaid>> saidBy, TimeProvider time)
    where TSaid : class
    where T : class, IResource
{
    private Dictionary<string, TSaid[]> _listed = [];
    private string _version = "";

    /// <summary>All that the objects say now. Remembers from where they are to be watched.</summary>
    public async Task<KubernetesAnswer<IReadOnlyList<TSaid>>> ListAsync(KubernetesClient client, CancellationToken cancellationToken)
    {
        var answer = await client.ListAsync(query, cancellationToken);
        if (!answer.TryGet(out var list, out var failure))
        {
            return failure;
        }

        var items = list.Items ?? [];
        _version = list.Metadata?.ResourceVersion ?? "";
        _listed = items.GroupBy(NameOf).ToDictionary(g => g.Key, g => g.SelectMany(saidBy).ToArray(), StringComparer.Ordinal);
        return items.SelectMany(saidBy).ToArray();
    }

    /// <summary>Returns as soon as they may say something else than was listed, at the latest after <paramref name="duration"/>.</summary>
    /// <returns>Why they cannot be watched; null when they can.</returns>
    public async Task<KubernetesFailure?> WatchAsync(KubernetesClient client, TimeSpan duration, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (duration - time.GetElapsedTime(started) is var left && left >= TimeSpan.FromSeconds(1))
        {
            var answer = await client.WatchAsync(query, _version, left, cancellationToken);
            if (!answer.TryGet(out var watch, out var failure))
            {
                return UnlessExpired(failure);
            }

            using (watch)
            {
                var hadAny = false;
                while (await watch.ReadAsync() is { } next)
                {
                    if (!next.TryGet(out var happened, out failure))
                    {
                        return UnlessExpired(failure);
                    }

                    hadAny = true;
                    _version = happened.Object.Metadata?.ResourceVersion ?? _version;
                    if (Changes(happened))
                    {
                        return null;
                    }
                }

                // Ended early and in order, as servers do that close: go on from the last bookmark; but not for ever and in vain.
                if (!hadAny)
                {
                    return null;
                }
            }
        }

        return null;
    }

    /// <summary>410: listing again is all that it takes.</summary>
    private static KubernetesFailure? UnlessExpired(KubernetesFailure failure) =>
        failure.Kind == KubernetesFailureKind.Expired ? null : failure;

    private static string NameOf(T item) => item.Metadata?.Name ?? "";

    private bool Changes(WatchEvent<T> happened) =>
        !happened.IsBookmark
        && (happened.IsDeleted
            ? _listed.ContainsKey(NameOf(happened.Object))
            : !_listed.TryGetValue(NameOf(happened.Object), out var before) || !before.SequenceEqual(saidBy(happened.Object)));
}
