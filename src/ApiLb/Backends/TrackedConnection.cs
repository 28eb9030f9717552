namespace ApiLb.Backends;

/// <summary>An established connection as its backend's <see cref="ConnectionTracker"/> knows it. Thread-safe.</summary>
internal abstract class TrackedConnection
{
    private const int Open = -1;

    private int _closedFor = Open;

    /// <summary>Why it was told to close; null when nobody told it.</summary>
    public CloseReason? ClosedFor => Volatile.Read(ref _closedFor) is var reason && reason == Open ? null : (CloseReason)reason;

    /// <summary>The list's links: the tracker's alone.</summary>
    internal TrackedConnection? Previous { get; set; }

    internal TrackedConnection? Next { get; set; }

    /// <summary>Its client copes with a reset without losing work: h2, as kubelets and controllers speak it, not exec or port-forward.</summary>
    public abstract bool MayMove { get; }

    /// <summary>What kind of client it has; does not change.</summary>
    public abstract ConnectionClass Class { get; }

    /// <summary>Time since anything was sent or received; null when the socket does not tell. As <see cref="SinceLastAck"/>.</summary>
    public abstract TimeSpan? SinceLastData { get; }

    /// <summary>Time since the backend's host last acknowledged or sent anything; null when the socket does not tell.</summary>
    public abstract TimeSpan? SinceLastAck { get; }

    /// <summary>What an operator may want to know of it. As <see cref="SinceLastAck"/>.</summary>
    public abstract ConnectionReading Read();

    /// <summary>Resets both legs soon, on the thread that owns them. The first reason counts.</summary>
    /// <returns>False when it was told before.</returns>
    public bool Close(CloseReason reason)
    {
        if (Interlocked.CompareExchange(ref _closedFor, (int)reason, Open) != Open)
        {
            return false;
        }

        Cut();
        return true;
    }

    protected abstract void Cut();
}
