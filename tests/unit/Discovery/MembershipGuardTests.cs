using ApiLb.Backends;
using ApiLb.Discovery;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

/// <summary>The guard as a table, and what must hold whatever a source says.</summary>
public sealed class MembershipGuardTests
{
    /// <summary>Observations one after the other; who answers all the time; who is a member after each; the last result.</summary>
    public static TheoryData<string, string, string, string> Stories() => new()
    {
        { "abc", "", "abc", "Applied" },
        { "abc abc", "", "abc abc", "Unchanged" },
        { "abc abcd", "", "abc abcd", "Applied" },
        { "abc ab", "", "abc ab", "Applied" },
        { "ab a", "", "ab a", "Applied" },
        { "abc a", "", "abc abc", "RefusedShrink" },
        { "abc a a", "", "abc abc abc", "RefusedShrink" },
        { "abc a a a", "", "abc abc abc a", "Applied" },
        { "abc a a a a", "", "abc abc abc a a", "Unchanged" },
        { "abc a a a", "b", "abc abc abc ab", "Applied" },
        { "abc a a a a", "b", "abc abc abc ab ab", "Unchanged" },
        { "abc a a a", "bc", "abc abc abc abc", "Unchanged" },
        { "abc a a abc a", "", "abc abc abc abc abc", "RefusedShrink" },
        { "abc a b a b a", "", "abc abc abc abc abc abc", "RefusedShrink" },
        { "abc -", "", "abc abc", "RefusedEmpty" },
        { "abc - - -", "", "abc abc abc -", "Applied" },
        { "abc - - -", "abc", "abc abc abc abc", "Unchanged" },
        { "a - - -", "", "a a a -", "Applied" },
        { "-", "", "-", "Unchanged" },
        { "abc d", "", "abc abcd", "RefusedShrink" },
        { "abc def", "", "abc abcdef", "RefusedShrink" },
        { "abc def defg", "", "abc abcdef abcdefg", "RefusedShrink" },
        { "abc def def def", "", "abc abcdef abcdef def", "Applied" },
        { "abcd ab", "", "abcd ab", "Applied" },
        { "abcd ab a a", "", "abcd ab a a", "Unchanged" },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public void Observations_AreBelievedAsFarAsTheyDeserve(string observations, string answering, string members, string result)
    {
        var state = GuardState.Empty;
        var seen = new List<string>();
        GuardDecision? last = null;
        foreach (var observation in observations.Split(' '))
        {
            last = MembershipGuard.Decide(state, Members.Of(observation.Trim('-')), m => Members.Of(answering).Contains(m));
            state = last.State;
            seen.Add(state.Members.Count == 0 ? "-" : Members.Letters(state.Members));
        }

        Assert.Equal(members, string.Join(' ', seen));
        Assert.Equal(result, last?.Result.ToString());
    }

    [Fact]
    public void WhatObservationsAreOnlySometimesSaid_NeverHalvesTheMembers() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            var state = GuardState.Empty;
            var before = new List<string>();
            foreach (var observation in history)
            {
                var next = MembershipGuard.Decide(state, Members.Of(observation), _ => false);
                var hasBeenSaidThrice = before.TakeLast(MembershipGuard.TimesToBelieve - 1).Count(o => o == observation) == MembershipGuard.TimesToBelieve - 1;
                Assert.True(
                    hasBeenSaidThrice || next.Removed.Count * 2 <= state.Members.Count,
                    $"{Members.Letters(state.Members)} -> {observation}: {next}");
                before.Add(observation);
                state = next.State;
            }
        }));

    [Fact]
    public void Decision_AccountsForEveryMember() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Histories.ToArbitrary(), history =>
        {
            var state = GuardState.Empty;
            foreach (var observation in history)
            {
                var found = Members.Of(observation);
                var next = MembershipGuard.Decide(state, found, m => m.Address.Address.GetAddressBytes()[3] % 2 == 0);
                Assert.Equal(next.State.Members.ToHashSet(), state.Members.Except(next.Removed).Concat(next.Added).ToHashSet());
                Assert.Equal(next.State.Members.Count, next.State.Members.Distinct().Count());
                Assert.Subset(next.State.Members.ToHashSet(), found.ToHashSet());
                Assert.Equal(next.State.Members.Except(found).ToHashSet(), next.Kept.ToHashSet());
                state = next.State;
            }
        }));

    [Fact]
    public void MembersBeyondTheLimit_AreNotTaken()
    {
        var many = Enumerable.Range(0, 300).Select(n => Members.At($"10.1.{n / 250}.{(n % 250) + 1}:6443")).ToArray();

        var decision = MembershipGuard.Decide(GuardState.Empty, many, _ => true);

        Assert.Equal(MemberFilter.MostMembers, decision.State.Members.Count);
        Assert.Equal(DiscoveryResult.Applied, decision.Result);
    }

    private static Gen<string[]> Histories => Gen.ArrayOf(
        from letters in Gen.SubListOf("abcdef".ToCharArray())
        select string.Concat(letters));
}
