using System.Buffers;

namespace ApiLb.Transport;

/// <summary>
/// One direction of a relay: bytes from one socket to the other, in order, with the end of the stream passed on as FIN.
/// Reactor thread only. Holds no memory while idle.
/// </summary>
/// <remarks>
/// Small messages are one recv into the reactor's buffer and one send out of it. What the destination does not take is kept
/// in a rented buffer and reading stops until it is gone: that is the back-pressure. When reads keep filling the buffer the
/// data is bulk and goes through a pipe (splice(2)) without entering the process.
/// </remarks>
internal unsafe struct RelayDirection(ReactorSocket source, ReactorSocket destination, int alreadySent)
{
    /// <summary>Full reads in a row that make a stream bulk.</summary>
    private const int FullReadsUntilBulk = 2;

    /// <summary>Turns per round, so that one fat stream cannot starve the others.</summary>
    private const int TurnsPerRound = 8;

    private readonly ReactorSocket _source = source;
    private readonly ReactorSocket _destination = destination;
    private byte[]? _rest;
    private int _restStart;
    private int _restEnd;
    private Pipe? _pipe;
    private byte _fullReads;
    private bool _hasEnded;

    /// <summary>Bytes that the destination's socket has taken.</summary>
    public long Bytes { get; private set; } = alreadySent;

    /// <summary>The end of the stream was read and passed on.</summary>
    public bool IsFinished { get; private set; }

    private readonly bool HoldsData => _rest is not null || _pipe is { Filled: > 0 };

    /// <summary>Moves what can be moved now.</summary>
    /// <param name="isLast">The other direction is finished, so that closing the sockets will send the FIN.</param>
    public PumpResult Pump(bool isLast)
    {
        for (var turn = 0; turn < TurnsPerRound; turn++)
        {
            if (IsFinished || (HoldsData ? !_destination.CanWrite : !_source.CanRead && !_hasEnded))
            {
                return PumpResult.Waiting;
            }

            var error = HoldsData ? Flush() : _hasEnded ? Finish(isLast) : Move();
            if (error != PumpResult.More)
            {
                return error;
            }
        }

        return PumpResult.More;
    }

    /// <summary>Gives back what was rented. The sockets are the owner's.</summary>
    public void Release()
    {
        if (_rest is not null)
        {
            ArrayPool<byte>.Shared.Return(_rest);
            _rest = null;
        }

        ReleasePipe();
    }

    private PumpResult Move() => _fullReads >= FullReadsUntilBulk ? MoveBulk() : MoveSmall();

    private PumpResult MoveSmall()
    {
        var buffer = _source.Reactor.Buffer;
        var length = Native.Receive(_source.Fd, buffer, Reactor.BufferSize, 0);
        if (length <= 0)
        {
            return AfterEmptyRead(length);
        }

        if (length == Reactor.BufferSize)
        {
            _fullReads++;
        }
        else
        {
            _fullReads = 0;
            _source.CanRead = _source.HasPeerFinished;
        }

        var sent = Native.Send(_destination.Fd, buffer, length);
        if (sent == length)
        {
            Bytes += sent;
            return PumpResult.More;
        }

        if (sent is < 0 and not -Errno.Again)
        {
            return PumpResult.DestinationFailed;
        }

        sent = Math.Max(sent, 0);
        Bytes += sent;
        Keep(new ReadOnlySpan<byte>(buffer + sent, length - sent));
        return PumpResult.Waiting;
    }

    private PumpResult MoveBulk()
    {
        _pipe ??= _source.Reactor.Pipes.Rent();
        if (_pipe is null)
        {
            _fullReads = 0;
            return PumpResult.More;
        }

        var length = Native.Splice(_source.Fd, _pipe.WriteEnd, PipePool.PipeSize);
        if (length > 0)
        {
            _pipe.Filled = length;
            return Flush();
        }

        ReleasePipe();
        _fullReads = 0;
        return AfterEmptyRead(length);
    }

    private PumpResult AfterEmptyRead(int result)
    {
        switch (result)
        {
            case 0:
                _hasEnded = true;
                return PumpResult.More;
            case -Errno.Again:
                _source.CanRead = false;
                return PumpResult.Waiting;
            case -Errno.Interrupted:
                return PumpResult.More;
            default:
                return PumpResult.SourceFailed;
        }
    }

    private PumpResult Flush() => _rest is null ? FlushPipe() : FlushRest();

    private PumpResult FlushRest()
    {
        int sent;
        fixed (byte* p = &_rest![_restStart])
        {
            sent = Native.Send(_destination.Fd, p, _restEnd - _restStart);
        }

        if (sent < 0)
        {
            return AfterRefusedWrite(sent);
        }

        Bytes += sent;
        _restStart += sent;
        if (_restStart == _restEnd)
        {
            ArrayPool<byte>.Shared.Return(_rest);
            _rest = null;
        }

        return PumpResult.More;
    }

    private PumpResult FlushPipe()
    {
        var sent = Native.Splice(_pipe!.ReadEnd, _destination.Fd, _pipe.Filled);
        if (sent < 0)
        {
            return AfterRefusedWrite(sent);
        }

        Bytes += sent;
        _pipe.Filled -= sent;
        return PumpResult.More;
    }

    private readonly PumpResult AfterRefusedWrite(int result)
    {
        if (result is not (-Errno.Again or -Errno.Interrupted))
        {
            return PumpResult.DestinationFailed;
        }

        _destination.AwaitWritable();
        return PumpResult.Waiting;
    }

    private PumpResult Finish(bool isLast)
    {
        IsFinished = true;
        if (!isLast)
        {
            _ = Native.Shutdown(_destination.Fd, Native.ShutWrite);
        }

        return PumpResult.Finished;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        _destination.AwaitWritable();
        _rest = ArrayPool<byte>.Shared.Rent(rest.Length);
        _restStart = 0;
        _restEnd = rest.Length;
        rest.CopyTo(_rest);
    }

    private void ReleasePipe()
    {
        if (_pipe is not null)
        {
            _source.Reactor.Pipes.Return(_pipe);
            _pipe = null;
        }
    }
}
