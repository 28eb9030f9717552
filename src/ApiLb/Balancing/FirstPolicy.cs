using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>The first of the file that can be used: one serves, the others stand by.</summary>
internal sealed class FirstPolicy : IBalancePolicy
{
    public Backend Pick(ReadOnlySpan<Backend> candidates, in PickContext context) => candidates[0];
}
