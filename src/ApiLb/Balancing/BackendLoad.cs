using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>What a ready backend has of its pool's connections.</summary>
/// <param name="Backend">Who.</param>
/// <param name="Connections">How many it serves.</param>
/// <param name="Weight">Its share relative to the others, above 0.</param>
internal readonly record struct BackendLoad(Backend Backend, int Connections, int Weight)
{
    public double PerWeight => (double)Connections / Weight;
}
