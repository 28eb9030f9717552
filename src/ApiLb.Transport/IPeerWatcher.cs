namespace ApiLb.Transport;

/// <summary>A handler that also wants to know when a peer is gone while data for it is under way (<see cref="LostPeerSweep"/>).</summary>
internal interface IPeerWatcher : IReadyHandler
{
    /// <summary>This socket leads nowhere any more. Reactor thread.</summary>
    void OnPeerLost(ReactorSocket socket);
}
