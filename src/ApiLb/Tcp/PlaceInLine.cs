using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>One client's place in the line for a backend. Disposing leaves the line; a call that came too late goes to the next.</summary>
internal sealed class PlaceInLine(WaitingLine line) : IWaitingClient, IDisposable
{
    private volatile DialRace? _watch;
    private volatile bool _isCalled;
    private bool _hasJoined;
    private bool _hasAnswered;

    /// <returns>False when the line is full.</returns>
    public bool TryJoin() => _hasJoined = line.TryJoin(this);

    /// <summary>Waits until it is called, the time is over, or the client has gone.</summary>
    /// <param name="watch">A race without attempts: it tells when the client goes.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <returns>Null when it was called, else why the client is to be closed.</returns>
    public async ValueTask<CloseReason?> WaitAsync(DialRace watch, TimeSpan patience)
    {
        _watch = watch;
        if (_isCalled)
        {
            watch.Wake();
        }

        var next = await watch.NextAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero);
        watch.End();
        _hasAnswered = next.Kind == DialEventKind.Woken;
        return next.Kind switch
        {
            DialEventKind.Woken => null,
            DialEventKind.ClientGone => CloseReason.ClientReset,
            DialEventKind.PatienceOver => CloseReason.LimitBackend,
            _ => CloseReason.Shutdown,
        };
    }

    public void Call()
    {
        _isCalled = true;
        _watch?.Wake();
    }

    public void Dispose()
    {
        if (_hasJoined && !line.Leave(this) && !_hasAnswered)
        {
            line.CallNext();
        }
    }
}
