using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>Finds the backend at a point of the line on which each backend is as long as its effective weight.</summary>
internal static class WeightedChoice
{
    public static Backend At(ReadOnlySpan<Backend> candidates, in PickContext context, double point)
    {
        foreach (var backend in candidates)
        {
            point -= EffectiveWeight.Of(backend, context);
            if (point < 0)
            {
                return backend;
            }
        }

        return candidates[^1];
    }
}
