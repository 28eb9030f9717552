namespace ApiLb.Tcp;

/// <summary>
/// Finds the one object for what a client told. Clients of a cluster tell a handful of different things, so that hardly any
/// connection makes a new one; of strangers' inventions only the first are kept. Thread-safe: readers take the array once.
/// </summary>
internal sealed class TraitsTable(string listener)
{
    /// <summary>As many as are compared with a client's hello at most.</summary>
    public const int MostKept = 64;

    /// <summary>Longer lists of protocols are nobody's habit, and not kept.</summary>
    private const int LongestKept = 128;

    private readonly Lock _lock = new();
    private volatile Known[] _known = [];

    /// <summary>Of clients that told nothing, or nothing that was understood.</summary>
    public ClientTraits Silent { get; } = new(listener);

    /// <param name="hello">What the client told.</param>
    /// <param name="flight">The bytes that the hello was read from.</param>
    public ClientTraits Of(in ClientHello hello, ReadOnlySpan<byte> flight)
    {
        if (hello.ServerName.Length == 0 && hello.Protocols.Length == 0)
        {
            return Silent;
        }

        var name = hello.ServerNameIn(flight, stackalloc char[ClientHello.LongestServerName]);
        if (hello.Protocols.Length > LongestKept)
        {
            return Read(name, hello, flight);
        }

        var protocols = hello.ProtocolBytesIn(flight, stackalloc byte[LongestKept]);
        foreach (var known in _known)
        {
            if (protocols.SequenceEqual(known.Protocols) && name.SequenceEqual(known.Traits.ServerName))
            {
                return known.Traits;
            }
        }

        return Learn(new Known(protocols.ToArray(), Read(name, hello, flight)));
    }

    private ClientTraits Learn(Known client)
    {
        lock (_lock)
        {
            if (_known.Length < MostKept)
            {
                _known = [.. _known, client];
            }
        }

        return client.Traits;
    }

    private ClientTraits Read(ReadOnlySpan<char> name, in ClientHello hello, ReadOnlySpan<byte> flight)
    {
        var protocols = hello.ProtocolsIn(flight);
        return new ClientTraits(listener, name.Length > 0 ? name.ToString() : null, protocols.Length > 0 ? protocols : null, hello.OffersHttp2);
    }

    /// <param name="Protocols">The list as it came: what it means is costlier to compare.</param>
    /// <param name="Traits">What such a client told.</param>
    private sealed record Known(byte[] Protocols, ClientTraits Traits);
}
