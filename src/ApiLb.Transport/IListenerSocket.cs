namespace ApiLb.Transport;

/// <summary>A listening socket as reactors see it.</summary>
internal interface IListenerSocket
{
    /// <summary>Clients are waiting. Called on any reactor's thread, also on several at once.</summary>
    void OnAcceptable(Reactor reactor);
}
