using System.Buffers;
using ApiLb.Configuration;
using ApiLb.ProxyProtocol;
using ApiLb.Transport;

namespace ApiLb.Tcp;

/// <summary>A client's first flight with the PROXY header before it, in one buffer, so that it leaves in one segment.</summary>
internal readonly struct ProxyHeaderFlight(byte[] rented, int headerLength, int length) : IDisposable
{
    public ReadOnlyMemory<byte> Bytes => rented.AsMemory(0, length);

    public int HeaderLength => headerLength;

    public static ProxyHeaderFlight Of(ClientConnection client, ProxyProtocolVersion version, ReadOnlySpan<byte> firstFlight)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ProxyHeaderWriter.MaxLength + firstFlight.Length);
        var source = client.Address.ToEndPoint();
        var destination = client.Destination.ToEndPoint();
        var headerLength = version == ProxyProtocolVersion.V1
            ? ProxyHeaderWriter.WriteText(buffer, source, destination)
            : ProxyHeaderWriter.WriteBinary(buffer, source, destination);
        firstFlight.CopyTo(buffer.AsSpan(headerLength));
        return new ProxyHeaderFlight(buffer, headerLength, headerLength + firstFlight.Length);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);
}
