using System.Net.Sockets;

namespace ApiLb.Transport;

/// <summary>
/// A connection's way out of this transport, and from then on the way of its abort to the new owner. Until <see cref="End"/> its
/// socket is still looked at: nobody else finds out that a peer is lost while data for it is under way.
/// </summary>
/// <param name="socket">Leaves its reactor.</param>
/// <param name="abort">Cuts what the new owner does.</param>
internal sealed class Detachment(ReactorSocket socket, Action abort) : IConnectionOperation, IReactorWork
{
    private readonly TaskCompletionSource<int> _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Action? _abort = abort;
    private SafeSocketHandle? _handle;

    /// <returns>The descriptor; -1 when it was closed before.</returns>
    public ValueTask<int> RunAsync()
    {
        if (!socket.IsRegistered || socket.Reactor.IsCurrentThread)
        {
            return new ValueTask<int>(socket.Release());
        }

        socket.Reactor.Post(this);
        return new ValueTask<int>(_released.Task);
    }

    /// <summary>The new owner's socket has this handle.</summary>
    public void Begin(SafeSocketHandle handle)
    {
        _handle = handle;
        socket.Reactor.Detached.Add(this);
    }

    /// <summary>The connection is over.</summary>
    public void End()
    {
        socket.Reactor.Detached.Remove(this);
        _abort = null;
    }

    /// <summary>Aborts it when its peer is gone: see <see cref="LostPeerSweep"/>.</summary>
    public void Look(TimeSpan timeout)
    {
        if (ReadSilence()?.IsLoss(timeout) == true)
        {
            Abort();
        }
    }

    public void Abort() => _abort?.Invoke();

    /// <summary>Epoll knows the socket no longer.</summary>
    public void OnReady(ReactorSocket ready)
    {
    }

    void IReactorWork.Run() => _released.SetResult(socket.Release());

    /// <summary>Held meanwhile: a descriptor that its owner closes may be another connection's a moment later.</summary>
    private PeerSilence? ReadSilence()
    {
        var isHeld = false;
        try
        {
            _handle!.DangerousAddRef(ref isHeld);
            return KernelView.ReadSilence((int)_handle.DangerousGetHandle());
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
        finally
        {
            if (isHeld)
            {
                _handle!.DangerousRelease();
            }
        }
    }
}
