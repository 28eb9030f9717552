namespace ApiLb.Admin;

/// <summary>
/// Whether this host should hold the virtual IP: red and green with hysteresis, because every change moves the VIP and so
/// resets all connections. Pure: fed with one observation a second. Not thread-safe.
/// </summary>
/// <remarks>
/// Asymmetric, as OpenShift's on-premise balancer does it: green after 3 good observations, red after 11 bad ones. At the
/// start the first good one is enough, so that <c>kubeadm init</c> does not wait. A shutdown is red at once and for good.
/// </remarks>
internal sealed class LoadBalancerReadiness
{
    public const int Rise = 3;
    public const int Fall = 11;

    /// <summary>The reason during a shutdown.</summary>
    public const string Stopping = "shutting down";

    private int _good;
    private int _bad;
    private bool _wasEverReady;
    private bool _isStopping;

    public bool IsReady { get; private set; }

    /// <summary>No backend was usable yet: the next good observation decides at once.</summary>
    public bool IsStarting => !_wasEverReady && !_isStopping;

    /// <summary>One line for the answer.</summary>
    public string Reason =>
        _isStopping ? Stopping
        : !_wasEverReady ? "no backend has been usable yet"
        : IsReady ? "ok"
        : "no backend is usable";

    public void Observe(bool isUsable)
    {
        _good = isUsable ? _good + 1 : 0;
        _bad = isUsable ? 0 : _bad + 1;
        IsReady = !_isStopping && (IsReady ? _bad < Fall : _good >= (_wasEverReady ? Rise : 1));
        _wasEverReady |= IsReady;
    }

    public void BeginShutdown()
    {
        _isStopping = true;
        IsReady = false;
    }
}
