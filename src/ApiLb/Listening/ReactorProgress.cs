using ApiLb.Transport;

namespace ApiLb.Listening;

/// <summary>Tells whether every reactor still comes round. One asker at a time.</summary>
internal sealed class ReactorProgress(TcpTransport transport)
{
    private readonly Dictionary<Reactor, long> _seen = [];

    /// <summary>True when every reactor came round since the last call. Asks each for another round.</summary>
    public bool HasProgressed()
    {
        var all = true;
        foreach (var reactor in transport.Reactors.Concat(transport.Streams.Running))
        {
            var rounds = reactor.Rounds;
            all &= _seen.GetValueOrDefault(reactor, -1) != rounds;
            _seen[reactor] = rounds;
            reactor.Wake();
        }

        return all;
    }
}
