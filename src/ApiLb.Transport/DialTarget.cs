using System.Net;

namespace ApiLb.Transport;

/// <summary>An address to dial, encoded once and used for every connection. Immutable.</summary>
internal sealed class DialTarget
{
    private readonly byte[] _address;
    private readonly ClientAddress _host;

    /// <exception cref="NotSupportedException">The end point is neither IP nor a unix socket.</exception>
    public DialTarget(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
        _address = SocketAddress.Encode(endPoint);
        _host = ClientAddress.FromNative(_address);
    }

    public EndPoint EndPoint { get; }

    internal int Family => SocketAddress.FamilyOf(_address);

    internal ReadOnlySpan<byte> Address => _address;

    /// <summary>True when this client comes from the host that is dialled here; never for unix sockets.</summary>
    public bool IsAt(in ClientAddress client) => !client.IsUnix && client.High == _host.High && client.Low == _host.Low && client.Scope == _host.Scope;

    public override string ToString() => EndPoint.ToString() ?? "";
}
