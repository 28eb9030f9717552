using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>One after the other; with weights, evenly interleaved.</summary>
internal sealed class RoundRobinPolicy : IBalancePolicy
{
    private int _turn = -1;

    public Backend Pick(ReadOnlySpan<Backend> candidates, in PickContext context)
    {
        var turn = (uint)Interlocked.Increment(ref _turn);
        var total = 0.0;
        var areEqual = true;
        var first = EffectiveWeight.Of(candidates[0], context);
        foreach (var backend in candidates)
        {
            var weight = EffectiveWeight.Of(backend, context);
            total += weight;
            areEqual &= weight == first;
        }

        return areEqual
            ? candidates[(int)(turn % (uint)candidates.Length)]
            : WeightedChoice.At(candidates, context, Spread(turn) * total);
    }

    /// <summary>The van der Corput sequence: any run of turns falls evenly over [0, 1).</summary>
    private static double Spread(uint turn)
    {
        var reversed = 0u;
        for (var bit = 0; bit < 32; bit++)
        {
            reversed = (reversed << 1) | ((turn >> bit) & 1);
        }

        return reversed / 4294967296.0;
    }
}
