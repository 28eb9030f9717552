using System.Buffers;

namespace ApiLb.Transport;

/// <summary>Bytes that a destination did not take at once, in a rented buffer. Release it once.</summary>
internal sealed class RelayRest
{
    private readonly byte[] _buffer;
    private readonly int _end;
    private int _start;

    public RelayRest(ReadOnlySpan<byte> bytes)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        _end = bytes.Length;
        bytes.CopyTo(_buffer);
    }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    public void Skip(int count) => _start += count;

    public void Release() => ArrayPool<byte>.Shared.Return(_buffer);
}
