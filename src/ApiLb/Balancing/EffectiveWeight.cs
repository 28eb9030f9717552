using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>A backend's share of new connections now: its weight, less while it is warming.</summary>
internal static class EffectiveWeight
{
    public static double Of(Backend backend, in PickContext context) => backend.Weight * backend.Health.Share(context.Now);
}
