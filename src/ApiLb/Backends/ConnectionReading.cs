using ApiLb.Transport;

namespace ApiLb.Backends;

/// <summary>One established connection at one moment.</summary>
/// <param name="Listener">Where its client came in.</param>
/// <param name="Client">Who its client is.</param>
/// <param name="ServerName">Whom the client asked for (SNI); null: it did not say.</param>
/// <param name="Protocols">What the client offered (ALPN), such as <c>h2,http/1.1</c>; null: nothing.</param>
/// <param name="Age">Since its backend was dialled.</param>
/// <param name="BytesToBackend">Since it began.</param>
/// <param name="BytesToClient">Since it began.</param>
internal readonly record struct ConnectionReading(
    string Listener, ClientAddress Client, string? ServerName, string? Protocols, TimeSpan Age, long BytesToBackend, long BytesToClient)
{
    /// <summary>Since anything was sent or received; null when that is not known, as for unix sockets.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>The higher, the earlier it comes.</summary>
    public double RankIn(ConnectionOrder order) => order switch
    {
        ConnectionOrder.Bytes => BytesToBackend + BytesToClient,
        ConnectionOrder.Age => Age.TotalSeconds,
        _ => Idle?.TotalSeconds ?? -1,
    };
}
