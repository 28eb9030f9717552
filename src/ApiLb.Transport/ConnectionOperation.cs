namespace ApiLb.Transport;

/// <summary>
/// What a client connection is doing now: waiting for bytes, dialling, relaying. One at a time; each has the connection's
/// one timer and can be cut short.
/// </summary>
internal abstract class ConnectionOperation : WheelTimer, IReadyHandler
{
    public abstract void OnReady(ReactorSocket socket);

    /// <summary>Ends the operation at once with its own word for "aborted". Reactor thread only.</summary>
    internal abstract void Abort();
}
