namespace ApiLb.Admission;

/// <summary>Counts connections up to a bound that is never passed, whatever races. Thread-safe.</summary>
/// <param name="maximum">At least 1; null: no bound.</param>
internal sealed class ConnectionLimit(int? maximum)
{
    private volatile int _bound = maximum ?? int.MaxValue;
    private int _inUse;

    /// <summary>At least 1; null: no bound. When it is lowered, those beyond it stay and nobody enters.</summary>
    public int? Maximum
    {
        get => _bound == int.MaxValue ? null : _bound;
        set => _bound = value ?? int.MaxValue;
    }

    public int InUse => Volatile.Read(ref _inUse);

    /// <returns>False when the bound is reached; else <see cref="Leave"/> must follow once.</returns>
    public bool TryEnter()
    {
        // Not an increment that is taken back: between the two it would refuse others below the bound.
        var inUse = Volatile.Read(ref _inUse);
        while (inUse < _bound)
        {
            var seen = Interlocked.CompareExchange(ref _inUse, inUse + 1, inUse);
            if (seen == inUse)
            {
                return true;
            }

            inUse = seen;
        }

        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inUse);
}
