using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>A client and the backend that serves it, for as long as bytes may flow.</summary>
internal sealed class ProxiedConnection(ClientConnection client, BackendConnection connection) : TrackedConnection
{
    public BackendConnection Connection => connection;

    public Backend Backend => (Backend)connection.Tag!;

    public override TimeSpan? SinceLastAck => connection.SinceLastAck;

    protected override void Cut() => client.Abort();
}
