using System.Net;
using ApiLb.Backends;

namespace ApiLb.Discovery;

/// <summary>
/// Decides how far an observation is believed. Pure. Additions are taken at once: the pool's checks decide whether they get
/// clients. What takes away everything or more than half must be seen three times in a row, and even then keeps who still answers.
/// <code>
///   observation            little gone          much gone, 1st and 2nd time      much gone, 3rd time and later
///   added                  taken                taken                            taken
///   gone                   dropped              kept (refused)                   dropped unless it answers
/// </code>
/// A failure to observe is no observation, and does not come here.
/// </summary>
internal static class MembershipGuard
{
    public const int TimesToBelieve = 3;

    /// <param name="state">What is believed.</param>
    /// <param name="found">The observation, as <see cref="MemberFilter"/> lets it pass.</param>
    /// <param name="answers">Whether there is a live server at a member's address.</param>
    public static GuardDecision Decide(GuardState state, IReadOnlyList<Member> found, Predicate<Member> answers)
    {
        var observed = found.Select(m => m.Address).ToHashSet();
        var doubt = DoubtAbout(state, observed);
        var gone = state.Members.Where(m => !observed.Contains(m.Address)).ToArray();
        Member[] kept = doubt is null ? []
            : doubt.Times < TimesToBelieve ? gone
            : [.. gone.Where(m => answers(m))];

        var known = state.Members.Select(m => m.Address).ToHashSet();
        var added = found.Where(m => !known.Contains(m.Address)).Take(Math.Max(0, MemberFilter.MostMembers - known.Count)).ToArray();
        var removed = gone.Except(kept).ToArray();
        var told = found.ToDictionary(m => m.Address);
        var stays = state.Members.Except(removed).Select(m => told.GetValueOrDefault(m.Address, m)).Concat(added);
        return new GuardDecision(
            new GuardState([.. stays], kept.Length > 0 || doubt?.Times < TimesToBelieve ? doubt : null),
            ResultOf(doubt, observed, added.Length + removed.Length),
            added,
            removed,
            kept);
    }

    private static GuardDoubt? DoubtAbout(GuardState state, HashSet<IPEndPoint> observed)
    {
        if (state.Doubt is { } doubt && observed.SetEquals(doubt.Observed))
        {
            return doubt with { Times = doubt.Times + 1 };
        }

        // A changed story is also measured against the members before the first one, not only against what additions made of them.
        var before = state.Doubt?.Before ?? state.Members;
        return MissesMost(state.Members, observed) || MissesMost(before, observed) ? new GuardDoubt(before, observed, 1) : null;
    }

    private static bool MissesMost(IReadOnlyList<Member> members, HashSet<IPEndPoint> observed) =>
        members.Count(m => !observed.Contains(m.Address)) * 2 > members.Count;

    private static DiscoveryResult ResultOf(GuardDoubt? doubt, HashSet<IPEndPoint> observed, int changes) =>
        doubt is { Times: < TimesToBelieve } ? (observed.Count == 0 ? DiscoveryResult.RefusedEmpty : DiscoveryResult.RefusedShrink)
        : changes > 0 ? DiscoveryResult.Applied
        : DiscoveryResult.Unchanged;
}
