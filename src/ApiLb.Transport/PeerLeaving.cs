namespace ApiLb.Transport;

/// <summary>
/// Who wants to be told, once and on a thread of the pool, that a peer has left, and what may happen only afterwards. The owner's lock guards it.
/// </summary>
/// <param name="guard">That lock.</param>
internal sealed class PeerLeaving(Lock guard)
{
    private Action? _left;
    private Action? _afterwards;
    private bool _isBeingTold;

    /// <summary>Nobody was told yet.</summary>
    public bool IsAwaited => _left is not null;

    public void Await(Action left) => _left = left;

    public void Tell()
    {
        if (_left is { } left)
        {
            (_left, _isBeingTold) = (null, true);
            ThreadPool.UnsafeQueueUserWorkItem(_ => Run(left), null);
        }
    }

    /// <summary>Does this on a thread of the pool, after whoever wants to know has been told. Once.</summary>
    public void TellAnd(Action afterwards)
    {
        Tell();
        if (_isBeingTold)
        {
            _afterwards = afterwards;
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(static afterwards => afterwards(), afterwards, preferLocal: false);
        }
    }

    private void Run(Action left)
    {
        left();
        Action? afterwards;
        lock (guard)
        {
            _isBeingTold = false;
            afterwards = _afterwards;
        }

        afterwards?.Invoke();
    }
}
