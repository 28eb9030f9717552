using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>A client, the backend that serves it once one was found, and how it ended. Lives as long as the connection.</summary>
internal sealed class ProxiedConnection(ClientConnection client) : TrackedConnection
{
    private bool _mayMove;

    public ClientConnection Client => client;

    /// <summary>To the backend; null when none was found, or not yet.</summary>
    public BackendConnection? Connection { get; private set; }

    public Backend? Backend => (Backend?)Connection?.Tag;

    /// <summary>Why it ended, or would if it ended now.</summary>
    public CloseReason Reason { get; set; } = CloseReason.LocalFault;

    public override bool MayMove => _mayMove;

    public override TimeSpan? SinceLastData => Connection?.ReadActivity()?.SinceLastData;

    public override TimeSpan? SinceLastAck => Connection?.ReadActivity()?.SinceLastAck;

    /// <summary>Takes what the search for a backend has brought; from now on the backend knows of it.</summary>
    public void Take(ConnectResult result, bool mayMove)
    {
        if (result.Connection is null)
        {
            Reason = result.Failure;
            return;
        }

        Connection = result.Connection;
        _mayMove = mayMove;
        Backend!.Connections.Add(this);
    }

    protected override void Cut() => client.Abort();
}
