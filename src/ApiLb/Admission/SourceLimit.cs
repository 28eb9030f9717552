using System.Runtime.InteropServices;
using ApiLb.Transport;

namespace ApiLb.Admission;

/// <summary>
/// Connections per source address. Memory is bounded by the connections: a source is known only while it has some. Thread-safe.
/// </summary>
/// <remarks>
/// IPv6 sources count by their whole address, not by /64: where apiservers live a /64 is a subnet full of nodes, and one bad
/// node must not lock out its neighbours. What a host with many addresses may take is the listener's limit to say.
/// </remarks>
/// <param name="maximum">At least 1.</param>
/// <param name="exempt">Whose connections are not counted.</param>
internal sealed class SourceLimit(int maximum, CidrSet exempt)
{
    private volatile int _maximum = maximum;
    private readonly Lock _lock = new();
    private readonly Dictionary<Source, int> _connections = [];

    /// <summary>At least 1. When it is lowered, those beyond it stay.</summary>
    public int Maximum
    {
        set => _maximum = value;
    }

    /// <summary>Sources that have connections now.</summary>
    public int Sources
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <returns>False when the source has as many as it may; else <see cref="Leave"/> must follow once.</returns>
    public bool TryEnter(in ClientAddress client)
    {
        if (IsExempt(client))
        {
            return true;
        }

        lock (_lock)
        {
            ref var connections = ref CollectionsMarshal.GetValueRefOrAddDefault(_connections, Source.Of(client), out _);
            if (connections >= _maximum)
            {
                return false;
            }

            connections++;
            return true;
        }
    }

    public void Leave(in ClientAddress client)
    {
        if (IsExempt(client))
        {
            return;
        }

        var source = Source.Of(client);
        lock (_lock)
        {
            var connections = _connections.GetValueOrDefault(source);
            if (connections > 1)
            {
                _connections[source] = connections - 1;
            }
            else
            {
                _connections.Remove(source);
            }
        }
    }

    private bool IsExempt(in ClientAddress client) => client.IsUnix || exempt.Contains(client);

    /// <summary>A client's address without its port. Hashed with the process' random seed, for the other side chooses the address.</summary>
    private readonly record struct Source(ulong High, ulong Low, uint Scope)
    {
        public static Source Of(in ClientAddress client) => new(client.High, client.Low, client.Scope);

        public override int GetHashCode() => HashCode.Combine(High, Low, Scope);
    }
}
