namespace ApiLb.Transport;

/// <summary>How backends are dialled for one client: the same for every attempt of its race.</summary>
/// <param name="FirstFlight">What each is sent once it is connected. Must stay unchanged until the race is over.</param>
internal readonly record struct DialTerms(ReadOnlyMemory<byte> FirstFlight)
{
    /// <summary>Bytes at the start of <see cref="FirstFlight"/> that are the balancer's own; the client's follow.</summary>
    public int HeaderLength { get; init; }

    /// <summary>
    /// Whose address the connections come from: its port is not used. Default, and where the backend is of another family:
    /// this host's, as its routes choose.
    /// </summary>
    public ClientAddress Source { get; init; }

    /// <summary>
    /// The client has said something, so that an answer shows which backend serves. Else the handshake is enough: the server
    /// may speak first, or wait for what the client will say.
    /// </summary>
    public bool AwaitsAnswer => FirstFlight.Length > HeaderLength;
}
