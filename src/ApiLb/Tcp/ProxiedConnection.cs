using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>A client, the backend that serves it once one was found, and how it ended. Lives as long as the connection.</summary>
internal sealed class ProxiedConnection(ClientConnection client) : TrackedConnection
{
    private ushort _attempts;

    public ClientConnection Client => client;

    /// <summary>To the backend; null when none was found, or not yet.</summary>
    public BackendConnection? Connection { get; private set; }

    public Backend? Backend => (Backend?)Connection?.Tag;

    /// <summary>Why it ended, or would if it ended now.</summary>
    public CloseReason Reason { get; set; } = CloseReason.LocalFault;

    /// <summary>What the client told; null before it did.</summary>
    public ClientTraits? Traits { get; set; }

    /// <summary>How many backends were tried for it, at most 65,535.</summary>
    public int Attempts => _attempts;

    public override bool MayMove => Class == ConnectionClass.H2;

    public override ConnectionClass Class => Traits switch
    {
        { OffersHttp2: true } => ConnectionClass.H2,
        { Protocols: "http/1.1" or "http/1.1,http/1.0" } => ConnectionClass.Http1,
        _ => ConnectionClass.Other,
    };

    public override TimeSpan? SinceLastData => Connection?.ReadActivity()?.SinceLastData;

    public override TimeSpan? SinceLastAck => Connection?.ReadActivity()?.SinceLastAck;

    /// <summary>Takes what the search for a backend has brought; from now on the backend knows of it.</summary>
    public void Take(ConnectResult result)
    {
        _attempts = (ushort)Math.Min(result.Attempts, ushort.MaxValue);
        if (result.Connection is null)
        {
            Reason = result.Failure;
            return;
        }

        Connection = result.Connection;
        Backend!.Connections.Add(this);
    }

    public override ConnectionReading Read()
    {
        var relayed = client.Relayed;
        var age = Connection is { } connection ? client.Time.GetElapsedTime(connection.StartedAt) : TimeSpan.Zero;
        return new ConnectionReading(
            Traits?.Listener ?? "", client.Address, Traits?.ServerName, Traits?.Protocols, age, relayed.BytesToBackend, relayed.BytesToClient);
    }

    protected override void Cut() => client.Abort();
}
