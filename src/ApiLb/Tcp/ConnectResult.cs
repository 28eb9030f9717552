using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>The end of a search for a backend: a connection to one, or why there is none.</summary>
/// <param name="Connection">To the backend; null when there is none.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Attempts">Backends that were tried.</param>
internal readonly record struct ConnectResult(BackendConnection? Connection, CloseReason Failure, int Attempts = 0)
{
    /// <summary>Nobody was found, and somebody only for want of a free place.</summary>
    public bool IsFull => Connection is null && Failure == CloseReason.LimitBackend;
}
