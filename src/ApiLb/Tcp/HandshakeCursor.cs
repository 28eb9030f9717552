namespace ApiLb.Tcp;

/// <summary>
/// Reads a handshake message across the records that carry it (RFC 8446 5.1), without copying. What would lie behind its
/// end or the input's is read as 0 and makes the cursor <see cref="IsBroken"/> for good, so that callers ask once, at the end.
/// </summary>
internal ref struct HandshakeCursor
{
    private const int RecordHeaderLength = 5;

    private readonly ReadOnlySpan<byte> _records;
    private int _at;
    private int _recordEnd;
    private int _end = int.MaxValue;

    /// <param name="records">Whole records, the first one first.</param>
    public HandshakeCursor(ReadOnlySpan<byte> records) => _records = records;

    /// <summary>Bytes of the message that were read or skipped.</summary>
    public int Position { get; private set; }

    public bool IsBroken { get; private set; }

    /// <summary>Where the part that is being read ends; nothing behind it is read.</summary>
    public int End
    {
        readonly get => _end;
        set
        {
            IsBroken |= value > _end || value < Position;
            _end = Math.Min(value, _end);
        }
    }

    public readonly bool IsAtEnd => IsBroken || Position >= _end;

    public byte ReadByte()
    {
        if (IsAtEnd || !EnterRecord())
        {
            IsBroken = true;
            return 0;
        }

        Position++;
        return _records[_at++];
    }

    public int ReadUInt16() => (ReadByte() << 8) | ReadByte();

    public int ReadUInt24() => (ReadUInt16() << 8) | ReadByte();

    public void Skip(int count)
    {
        if (count > _end - Position)
        {
            IsBroken = true;
        }

        while (count > 0 && !IsBroken)
        {
            if (!EnterRecord())
            {
                IsBroken = true;
                return;
            }

            var step = Math.Min(count, _recordEnd - _at);
            _at += step;
            Position += step;
            count -= step;
        }
    }

    /// <summary>Breaks the cursor unless the message is as it must be.</summary>
    public void Require(bool isAsItMustBe) => IsBroken |= !isAsItMustBe;

    public void SkipTo(int position) => Skip(position - Position);

    /// <summary>Takes what lies behind a part whose <see cref="End"/> was reached, up to <paramref name="end"/>.</summary>
    public void Leave(int end)
    {
        SkipTo(_end);
        _end = end;
    }

    private bool EnterRecord()
    {
        if (_at < _recordEnd)
        {
            return true;
        }

        if (_records.Length - _at <= RecordHeaderLength)
        {
            return false;
        }

        var payload = (_records[_at + 3] << 8) | _records[_at + 4];
        _at += RecordHeaderLength;
        _recordEnd = Math.Min(_at + payload, _records.Length);
        return payload > 0;
    }
}
