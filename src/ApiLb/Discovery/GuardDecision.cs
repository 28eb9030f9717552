using ApiLb.Backends;

namespace ApiLb.Discovery;

/// <summary>What an observation leads to.</summary>
/// <param name="State">From now on.</param>
/// <param name="Result">For the counters.</param>
/// <param name="Added">Members that were not there before.</param>
/// <param name="Removed">Members that are gone.</param>
/// <param name="Kept">Members that the observation does not have and that stay.</param>
internal sealed record GuardDecision(
    GuardState State, DiscoveryResult Result, IReadOnlyList<Member> Added, IReadOnlyList<Member> Removed, IReadOnlyList<Member> Kept)
{
    /// <summary>The observation is to be made again soon: it is not believed, or not wholly carried out.</summary>
    public bool IsOpen => Kept.Count > 0;
}
