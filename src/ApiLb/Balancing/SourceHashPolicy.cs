using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>
/// The same backend for the same client address: weighted rendezvous hashing (Thaler and Ravishankar, 1998), so that a
/// backend that comes or goes moves only its own clients.
/// </summary>
internal sealed class SourceHashPolicy : IBalancePolicy
{
    public Backend Pick(ReadOnlySpan<Backend> candidates, in PickContext context)
    {
        var best = candidates[0];
        var bestScore = double.NegativeInfinity;
        foreach (var backend in candidates)
        {
            // Weights in full, without warming: a client must not move twice.
            var point = (Hash64.Mix(context.SourceHash ^ backend.NameHash) >> 11) * (1.0 / (1UL << 53));
            var score = backend.Weight / -Math.Log(point + double.Epsilon);
            if (score > bestScore)
            {
                (best, bestScore) = (backend, score);
            }
        }

        return best;
    }
}
