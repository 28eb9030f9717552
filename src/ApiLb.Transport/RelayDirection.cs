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
internal unsafe struct RelayDirection(int alreadySent)
{
    /// <summary>Full reads in a row that make a stream bulk.</summary>
    private const int FullReadsUntilBulk = 2;

    /// <summary>Turns per round, so that one fat stream cannot starve the others.</summary>
    private const int TurnsPerRound = 8;

    private RelayRest? _rest;
    private Pipe? _pipe;
    private byte _fullReads;
    private bool _hasEnded;

    /// <summary>Bytes that the destination's socket has taken.</summary>
    public long Bytes { get; private set; } = alreadySent;

    /// <summary>The end of the stream was read and passed on.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The destination has not taken everything that was read; nothing more is read meanwhile.</summary>
    public readonly bool HoldsData => _rest is not null || _pipe is { Filled: > 0 };

    /// <summary>Moves what can be moved now.</summary>
    /// <param name="source">Where bytes come from; the same at every call.</param>
    /// <param name="destination">Where they go; the same at every call.</param>
    /// <param name="isLast">The other direction is finished, so that closing the sockets will send the FIN.</param>
    public PumpResult Pump(ReactorSocket source, ReactorSocket destination, bool isLast)
    {
        for (var turn = 0; turn < TurnsPerRound; turn++)
        {
            if (IsFinished || (HoldsData ? !destination.CanWrite : !source.CanRead && !_hasEnded))
            {
                return PumpResult.Waiting;
            }

            var error = HoldsData ? Flush(destination) : _hasEnded ? Finish(destination, isLast) : Move(source, destination);
            if (error != PumpResult.More)
            {
                return error;
            }
        }

        return PumpResult.More;
    }

    /// <summary>Gives back what was rented. The sockets are the owner's.</summary>
    /// <param name="source">The direction's source, whose reactor owns the pipes.</param>
    public void Release(ReactorSocket source)
    {
        _rest?.Release();
        _rest = null;
        ReleasePipe(source);
    }

    private PumpResult Move(ReactorSocket source, ReactorSocket destination) =>
        _fullReads >= FullReadsUntilBulk ? MoveBulk(source, destination) : MoveSmall(source, destination);

    private PumpResult MoveSmall(ReactorSocket source, ReactorSocket destination)
    {
        var buffer = source.Reactor.Buffer;
        var length = Native.Receive(source.Fd, buffer, Reactor.BufferSize, 0);
        if (length <= 0)
        {
            return AfterEmptyRead(source, length);
        }

        if (length == Reactor.BufferSize)
        {
            _fullReads++;
        }
        else
        {
            _fullReads = 0;
            source.CanRead = source.HasPeerFinished;
        }

        var sent = Native.Send(destination.Fd, buffer, length);
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
        Keep(destination, new ReadOnlySpan<byte>(buffer + sent, length - sent));
        return PumpResult.Waiting;
    }

    private PumpResult MoveBulk(ReactorSocket source, ReactorSocket destination)
    {
        _pipe ??= source.Reactor.Pipes.Rent();
        if (_pipe is null)
        {
            _fullReads = 0;
            return PumpResult.More;
        }

        var length = Native.Splice(source.Fd, _pipe.WriteEnd, PipePool.PipeSize);
        if (length > 0)
        {
            _pipe.Filled = length;
            return Flush(destination);
        }

        ReleasePipe(source);
        _fullReads = 0;
        return AfterEmptyRead(source, length);
    }

    private PumpResult AfterEmptyRead(ReactorSocket source, int result)
    {
        switch (result)
        {
            case 0:
                _hasEnded = true;
                return PumpResult.More;
            case -Errno.Again:
                source.CanRead = false;
                return PumpResult.Waiting;
            case -Errno.Interrupted:
                return PumpResult.More;
            default:
                return PumpResult.SourceFailed;
        }
    }

    private PumpResult Flush(ReactorSocket destination) => _rest is null ? FlushPipe(destination) : FlushRest(destination);

    private PumpResult FlushRest(ReactorSocket destination)
    {
        int sent;
        var rest = _rest!.Bytes;
        fixed (byte* p = rest)
        {
            sent = Native.Send(destination.Fd, p, rest.Length);
        }

        if (sent < 0)
        {
            return AfterRefusedWrite(destination, sent);
        }

        Bytes += sent;
        if (sent < rest.Length)
        {
            _rest.Skip(sent);
        }
        else
        {
            _rest.Release();
            _rest = null;
        }

        return PumpResult.More;
    }

    private PumpResult FlushPipe(ReactorSocket destination)
    {
        var sent = Native.Splice(_pipe!.ReadEnd, destination.Fd, _pipe.Filled);
        if (sent < 0)
        {
            return AfterRefusedWrite(destination, sent);
        }

        Bytes += sent;
        _pipe.Filled -= sent;
        return PumpResult.More;
    }

    private static PumpResult AfterRefusedWrite(ReactorSocket destination, int result)
    {
        if (result is not (-Errno.Again or -Errno.Interrupted))
        {
            return PumpResult.DestinationFailed;
        }

        destination.AwaitWritable();
        return PumpResult.Waiting;
    }

    private PumpResult Finish(ReactorSocket destination, bool isLast)
    {
        IsFinished = true;
        if (!isLast)
        {
            _ = Native.Shutdown(destination.Fd, Native.ShutWrite);
        }

        return PumpResult.Finished;
    }

    private void Keep(ReactorSocket destination, ReadOnlySpan<byte> rest)
    {
        destination.AwaitWritable();
        _rest = new RelayRest(rest);
    }

    private void ReleasePipe(ReactorSocket source)
    {
        if (_pipe is not null)
        {
            source.Reactor.Pipes.Return(_pipe);
            _pipe = null;
        }
    }
}
