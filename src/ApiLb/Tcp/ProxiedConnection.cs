using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>A client and the backend that serves it, for as long as bytes may flow.</summary>
internal sealed class ProxiedConnection(ClientConnection client, BackendConnection connection, ClientTraits traits, int attempts) : TrackedConnection
{
    private readonly ushort _attempts = (ushort)Math.Min(attempts, ushort.MaxValue);

    public BackendConnection Connection => connection;

    public Backend Backend => (Backend)connection.Tag!;

    /// <summary>How many backends were tried for it.</summary>
    public int Attempts => _attempts;

    public override bool MayMove => traits.OffersHttp2;

    public override TimeSpan? SinceLastData => connection.ReadActivity()?.SinceLastData;

    public override TimeSpan? SinceLastAck => connection.ReadActivity()?.SinceLastAck;

    public override ConnectionReading Read()
    {
        var (toBackend, toClient) = client.Relayed;
        return new ConnectionReading(
            traits.Listener, client.Address, traits.ServerName, traits.Protocols, client.Time.GetElapsedTime(connection.StartedAt), toBackend, toClient);
    }

    protected override void Cut() => client.Abort();
}
