namespace ApiLb.Transport;

/// <summary>What one stream may do in one round of its reactor: one that never ends must not starve the others.</summary>
internal struct RoundTurns
{
    private const int PerRound = 16;

    private long _round;
    private int _taken;

    /// <summary>Another turn. On other threads than the reactor's it starves nobody.</summary>
    /// <param name="reactor">Whose others.</param>
    /// <param name="work">Goes on at the end of the round when this says no.</param>
    public bool TryTake(Reactor reactor, IReactorWork work)
    {
        if (!reactor.IsCurrentThread)
        {
            return true;
        }

        (_round, _taken) = (reactor.Rounds, reactor.Rounds == _round ? _taken + 1 : 1);
        if (_taken <= PerRound)
        {
            return true;
        }

        reactor.Defer(work);
        return false;
    }
}
