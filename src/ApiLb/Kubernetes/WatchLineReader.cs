namespace ApiLb.Kubernetes;

/// <summary>Takes a stream apart into lines of bounded length. One caller at a time; what it returns is valid until the next call.</summary>
internal sealed class WatchLineReader(Stream stream, int longestLine)
{
    private byte[] _buffer = new byte[Math.Min(longestLine + 1, 16 * 1024)];
    private int _start;
    private int _end;

    /// <summary>The next line without its end; null when the stream ended after a whole line.</summary>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    /// <exception cref="EndOfStreamException">The stream ended within a line.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _buffer.AsMemory(_start, searched + length);
                _start += searched + length + 1;
                return line;
            }

            searched = _end - _start;
            if (searched > longestLine)
            {
                throw new InvalidDataException($"a line is longer than {longestLine} bytes");
            }

            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0)
            {
                return searched == 0 ? null : throw new EndOfStreamException("the answer was cut within a line");
            }

            _end += read;
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(_buffer.Length * 2, longestLine + 1));
        }
    }
}
