using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>Any, in proportion to the weights.</summary>
internal sealed class RandomPolicy : IBalancePolicy
{
    public Backend Pick(ReadOnlySpan<Backend> candidates, in PickContext context)
    {
        var total = 0.0;
        foreach (var backend in candidates)
        {
            total += EffectiveWeight.Of(backend, context);
        }

        return WeightedChoice.At(candidates, context, Random.Shared.NextDouble() * total);
    }
}
