using System.Buffers;
using ApiLb.Backends;

namespace ApiLb.Tcp;

/// <summary>A client's first bytes, kept until a backend has answered them, or the reason why there are none.</summary>
internal readonly struct FirstFlight(byte[]? rented, int length, CloseReason failure) : IDisposable
{
    /// <summary>Nothing is sent before a backend is chosen.</summary>
    public static FirstFlight None => default;

    public bool HasFailed => rented is null && length < 0;

    public CloseReason Failure => failure;

    public ReadOnlyMemory<byte> Bytes => rented.AsMemory(0, Math.Max(length, 0));

    public static FirstFlight Failed(CloseReason reason) => new(null, -1, reason);

    public void Dispose()
    {
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
