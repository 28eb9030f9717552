namespace ApiLb.Transport;

/// <summary>What a client connection is doing now: waiting for bytes, dialling, relaying. One at a time; each can be cut short.</summary>
internal interface IConnectionOperation : IReadyHandler
{
    /// <summary>Ends the operation at once with its own word for "aborted". Reactor thread only.</summary>
    void Abort();
}
