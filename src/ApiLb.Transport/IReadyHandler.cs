namespace ApiLb.Transport;

/// <summary>Who is told, on the reactor thread, that a socket can be read or written: a dial race, a peek or a relay.</summary>
internal interface IReadyHandler
{
    /// <param name="socket">The socket; its readiness flags are already up to date.</param>
    void OnReady(ReactorSocket socket);
}
