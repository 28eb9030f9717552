using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>
/// The backend with the fewest connections for its weight. Exact for small pools; beyond, the better of two random ones,
/// which is nearly as even (Mitzenmacher, 2001) and costs the same for any size.
/// </summary>
internal sealed class LeastConnectionsPolicy : IBalancePolicy
{
    private const int ExactUpTo = 16;

    public Backend Pick(ReadOnlySpan<Backend> candidates, in PickContext context)
    {
        if (candidates.Length > ExactUpTo)
        {
            var one = candidates[Random.Shared.Next(candidates.Length)];
            var other = candidates[Random.Shared.Next(candidates.Length)];
            return Load(other, context) < Load(one, context) ? other : one;
        }

        // A random start, so that equal backends take turns.
        var start = candidates.Length > 1 ? Random.Shared.Next(candidates.Length) : 0;
        var best = candidates[start];
        var bestLoad = Load(best, context);
        for (var i = 1; i < candidates.Length; i++)
        {
            var backend = candidates[(start + i) % candidates.Length];
            var load = Load(backend, context);
            if (load < bestLoad)
            {
                (best, bestLoad) = (backend, load);
            }
        }

        return best;
    }

    private static double Load(Backend backend, in PickContext context) =>
        (backend.Counters.Active + 1) / EffectiveWeight.Of(backend, context);
}
