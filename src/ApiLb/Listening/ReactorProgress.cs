using ApiLb.Transport;

namespace ApiLb.Listening;

/// <summary>Tells whether every reactor still comes round. One asker at a time.</summary>
internal sealed class ReactorProgress(TcpTransport transport)
{
    private readonly long[] _seen = new long[transport.Reactors.Count];

    /// <summary>True when every reactor came round since the last call. Asks each for another round.</summary>
    public bool HasProgressed()
    {
        var all = true;
        for (var i = 0; i < _seen.Length; i++)
        {
            var reactor = transport.Reactors[i];
            all &= reactor.Rounds != _seen[i];
            _seen[i] = reactor.Rounds;
            reactor.Wake();
        }

        return all;
    }
}
