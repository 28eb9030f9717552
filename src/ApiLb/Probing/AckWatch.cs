using System.Net.Sockets;

namespace ApiLb.Probing;

/// <summary>
/// Asks the kernel, while a check waits for its answer, whether the other host acknowledged the request. A host that does not is
/// gone; one that does has a process that is slow. Stalls of ApiLb do not mislead it: the kernel goes on without us.
/// </summary>
internal sealed class AckWatch : IDisposable
{
    /// <summary>Long enough for the request to have been sent three times (after 200 and 400 ms more), on any link within a site.</summary>
    public static readonly TimeSpan ShortestSilence = TimeSpan.FromMilliseconds(500);

    private const int RoundTrips = 4;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _source;
    private readonly Socket _socket;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ITimer _timer;
    private bool _wasSilent;

    public AckWatch(Socket socket, TimeProvider time, CancellationToken deadline)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        _socket = socket;
        _time = time;
        _started = time.GetTimestamp();
        _timer = time.CreateTimer(static self => ((AckWatch)self!).Look(), this, ShortestSilence, Period);
    }

    /// <summary>Cancelled at the deadline, or as soon as the host is silent.</summary>
    public CancellationToken Token => _source.Token;

    public bool IsHostSilent { get; private set; }

    /// <summary>Whether these vitals, so long after something was sent, are those of a host that is gone.</summary>
    public static bool IsSilence(TcpVitals vitals, TimeSpan sinceSent)
    {
        var limit = vitals.RoundTrip * RoundTrips;
        limit = limit > ShortestSilence ? limit : ShortestSilence;
        return vitals.Unacknowledged > 0 && vitals.SinceLastAck >= limit && sinceSent >= limit;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }

    private void Look()
    {
        // Twice in a row: after a pause of the whole machine the first look may come before the kernel has read its queues.
        var isSilent = TcpVitals.Read(_socket) is { } vitals && IsSilence(vitals, _time.GetElapsedTime(_started));
        var wasSilent = _wasSilent;
        _wasSilent = isSilent;
        if (isSilent && wasSilent && !IsHostSilent)
        {
            IsHostSilent = true;
            _ = CancelAsync();
        }
    }

    private async Task CancelAsync()
    {
        try
        {
            await _source.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The answer came at this very moment.
        }
    }
}
