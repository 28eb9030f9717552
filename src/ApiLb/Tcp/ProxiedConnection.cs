using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>A client and the backend that serves it, for as long as bytes may flow.</summary>
internal sealed class ProxiedConnection(ClientConnection client, BackendConnection connection, bool mayMove) : TrackedConnection
{
    public BackendConnection Connection => connection;

    public Backend Backend => (Backend)connection.Tag!;

    public override bool MayMove => mayMove;

    public override TimeSpan? SinceLastData => connection.ReadActivity()?.SinceLastData;

    public override TimeSpan? SinceLastAck => connection.ReadActivity()?.SinceLastAck;

    protected override void Cut() => client.Abort();
}
