using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>
/// The backend with the fewest connections for its weight. Exact for small pools; beyond, the better of two random ones,
/// which is nearly as even (Mitzenmacher, 2001) and costs the same for any size. Among equals, one that lately answered much
/// sooner.
/// </summary>
internal sealed class LeastConnectionsPolicy : IBalancePolicy
{
    private const int ExactUpTo = 16;
    private const double MuchFaster = 0.75;

    private static readonly TimeSpan Noticeable = TimeSpan.FromMilliseconds(1);

    public Backend Pick(ReadOnlySpan<Backend> candidates, in PickContext context)
    {
        if (candidates.Length > ExactUpTo)
        {
            var one = candidates[Random.Shared.Next(candidates.Length)];
            var other = candidates[Random.Shared.Next(candidates.Length)];
            return IsBetter(other, Load(other, context), one, Load(one, context), context) ? other : one;
        }

        // A random start, so that equal backends take turns.
        var start = candidates.Length > 1 ? Random.Shared.Next(candidates.Length) : 0;
        var best = candidates[start];
        var bestLoad = Load(best, context);
        for (var i = 1; i < candidates.Length; i++)
        {
            var backend = candidates[(start + i) % candidates.Length];
            var load = Load(backend, context);
            if (IsBetter(backend, load, best, bestLoad, context))
            {
                (best, bestLoad) = (backend, load);
            }
        }

        return best;
    }

    private static bool IsBetter(Backend one, double load, Backend other, double otherLoad, in PickContext context) =>
        load < otherLoad || (load == otherLoad && IsMuchFaster(one, other, context));

    // Much, because averages always differ a little, and idle backends should still take turns.
    private static bool IsMuchFaster(Backend one, Backend other, in PickContext context) =>
        one.FirstByte.Recent(context.Now) is { } mine
        && other.FirstByte.Recent(context.Now) is { } theirs
        && mine < theirs * MuchFaster
        && theirs - mine > Noticeable;

    private static double Load(Backend backend, in PickContext context) =>
        (backend.Counters.Active + 1) / EffectiveWeight.Of(backend, context);
}
