using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>One client's place in the line of its pool. Disposing leaves the line.</summary>
internal sealed class PlaceInLine(WaitingLine line) : WaitingClient, IDisposable
{
    private volatile DialRace? _watch;

    /// <returns>False when the line is full.</returns>
    public bool TryJoin() => line.TryJoin(this);

    /// <summary>Waits for its turn, until the time is over or the client has gone.</summary>
    /// <param name="client">Who waits.</param>
    /// <param name="patience">How long to wait at most.</param>
    /// <returns>Null when its turn has come, else why the client is to be closed.</returns>
    public async ValueTask<CloseReason?> WaitAsync(ClientConnection client, TimeSpan patience)
    {
        if (patience <= TimeSpan.Zero)
        {
            return CloseReason.LimitBackend;
        }

        // A race without attempts tells when the client goes. It must be there before anybody can call.
        var watch = client.Dial(default);
        _watch = watch;
        var next = line.TryWait(this) ? await watch.NextAsync(patience) : new DialEvent(DialEventKind.Woken);
        watch.End();
        return next.Kind switch
        {
            DialEventKind.Woken => null,
            DialEventKind.ClientGone => CloseReason.ClientReset,
            DialEventKind.PatienceOver => CloseReason.LimitBackend,
            _ => CloseReason.Shutdown,
        };
    }

    /// <summary>Its turn is of no use to it, but perhaps to those behind.</summary>
    public void HandOn() => line.CallNextBehind(this);

    public void Dispose() => line.Leave(this);

    protected internal override void Call() => _watch?.Wake();
}
