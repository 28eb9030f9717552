using ApiLb.Backends;

namespace ApiLb.Balancing;

/// <summary>
/// The order in which one connection may try backends: each at most once, tier by tier. The first pick allocates nothing;
/// only a connection that met a failure pays for the rest. The default is nobody.
/// </summary>
/// <param name="snapshot">The pool as this connection sees it.</param>
/// <param name="policy">Chooses among equally willing backends.</param>
/// <param name="context">The connection to place.</param>
/// <param name="preferred">Tried before the policy is asked; one of the first tier, or null.</param>
internal struct Candidates(PoolSnapshot snapshot, IBalancePolicy policy, PickContext context, Backend? preferred = null)
{
    private readonly PickContext _context = context;
    private Backend[]? _rest = snapshot.Tiers.Length > 0 ? snapshot.Tiers[0] : [];
    private Backend? _last;
    private int _tier;

    /// <summary>The pool as this connection sees it; null for the default.</summary>
    public readonly PoolSnapshot? Snapshot => snapshot;

    /// <summary>Somebody is left to try.</summary>
    public readonly bool Any => _rest is not null && (_rest.Length > (_last is null ? 0 : 1) || _tier + 1 < snapshot.Tiers.Length);

    /// <returns>The next backend to try, or null when all were tried.</returns>
    public Backend? Next()
    {
        if (!Any)
        {
            return null;
        }

        if (_last is not null)
        {
            StrikeOut(_last);
        }

        _last = _last is null && preferred is not null ? preferred : policy.Pick(_rest, _context);
        return _last;
    }

    private void StrikeOut(Backend last)
    {
        _rest = Array.FindAll(_rest!, b => !ReferenceEquals(b, last));
        if (_rest.Length == 0 && ++_tier < snapshot.Tiers.Length)
        {
            _rest = snapshot.Tiers[_tier];
        }
    }
}
