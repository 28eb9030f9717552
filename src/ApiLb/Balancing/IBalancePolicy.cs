using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>Chooses one of several equally willing backends. Thread-safe; allocates nothing.</summary>
internal interface IBalancePolicy
{
    /// <param name="candidates">At least one.</param>
    /// <param name="context">The connection to place.</param>
    Backend Pick(ReadOnlySpan<Backend> candidates, in PickContext context);
}
