using System.Buffers;

namespace ApiLb.Transport;

/// <summary>Small writes to one socket that go to the kernel together, at the end of the round. Not thread-safe.</summary>
internal struct HeldBytes
{
    /// <summary>Copying more costs what it saves.</summary>
    public const int Most = 4096;

    private byte[]? _buffer;
    private int _start;
    private int _end;

    public readonly bool IsEmpty => _buffer is null;

    /// <summary>What is still to be sent, in order. Valid until the next change.</summary>
    public readonly Memory<byte> Rest => _buffer.AsMemory(_start, _end - _start);

    /// <returns>False: there is no room for all of it.</returns>
    public bool TryAdd(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Most - _end)
        {
            return false;
        }

        _buffer ??= ArrayPool<byte>.Shared.Rent(Most);
        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
        return true;
    }

    /// <summary>All but so many of its last bytes is done with.</summary>
    public void Keep(int last)
    {
        if (last > 0)
        {
            _start = _end - last;
        }
        else if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            this = default;
        }
    }
}
