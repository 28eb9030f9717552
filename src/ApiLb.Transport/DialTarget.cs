using System.Net;

namespace ApiLb.Transport;

/// <summary>An address to dial, encoded once and used for every connection. Immutable.</summary>
internal sealed class DialTarget
{
    private readonly byte[] _address;

    /// <exception cref="NotSupportedException">The end point is neither IP nor a unix socket.</exception>
    public DialTarget(EndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        EndPoint = endPoint;
        _address = SocketAddress.Encode(endPoint);
        Host = ClientAddress.FromNative(_address);
    }

    public EndPoint EndPoint { get; }

    /// <summary>The end point, to be compared with clients.</summary>
    public ClientAddress Host { get; }

    internal int Family => SocketAddress.FamilyOf(_address);

    internal ReadOnlySpan<byte> Address => _address;

    public override string ToString() => EndPoint.ToString() ?? "";
}
