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

    private object? _held; // A RelayRest, or a Pipe: never both, and one reference less for every idle connection.
    private byte _fullReads;
    private bool _hasEnded;

    /// <summary>Bytes that the destination's socket has taken.</summary>
    public long Bytes { get; private set; } = alreadySent;

    /// <summary>The end of the stream was read and passed on.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The destination has not taken everything that was read; nothing more is read meanwhile.</summary>
    public readonly bool HoldsData => _held is not null and not Pipe { Filled: 0 };

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

            var error = HoldsData ? Flush(destination) : _hasEnded ? Finish(source, destination, isLast) : Move(source, destination);
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
        (_held as RelayRest)?.Release();
        if (_held is Pipe pipe)
        {
            source.Reactor.Pipes.Return(pipe);
        }

        _held = null;
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
            destination.MayHideReset = true;
            return PumpResult.DestinationFailed;
        }

        sent = Math.Max(sent, 0);
        Bytes += sent;
        Keep(destination, new ReadOnlySpan<byte>(buffer + sent, length - sent));
        return PumpResult.Waiting;
    }

    private PumpResult MoveBulk(ReactorSocket source, ReactorSocket destination)
    {
        if ((_held ??= source.Reactor.Pipes.Rent()) is not Pipe pipe)
        {
            _fullReads = 0;
            return PumpResult.More;
        }

        source.MayHideReset = destination.MayHideReset = true;
        var length = Native.Splice(source.Fd, pipe.WriteEnd, PipePool.PipeSize);
        if (length > 0)
        {
            pipe.Filled = length;
            return FlushPipe(pipe, destination);
        }

        Release(source);
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

    private PumpResult Flush(ReactorSocket destination) =>
        _held is Pipe pipe ? FlushPipe(pipe, destination) : FlushRest((RelayRest)_held!, destination);

    private PumpResult FlushRest(RelayRest rest, ReactorSocket destination)
    {
        int sent;
        var bytes = rest.Bytes;
        fixed (byte* p = bytes)
        {
            sent = Native.Send(destination.Fd, p, bytes.Length);
        }

        if (sent < 0)
        {
            return AfterRefusedWrite(destination, sent);
        }

        Bytes += sent;
        if (sent < bytes.Length)
        {
            rest.Skip(sent);
        }
        else
        {
            rest.Release();
            _held = null;
        }

        return PumpResult.More;
    }

    private PumpResult FlushPipe(Pipe pipe, ReactorSocket destination)
    {
        var sent = Native.Splice(pipe.ReadEnd, destination.Fd, pipe.Filled);
        if (sent < 0)
        {
            return AfterRefusedWrite(destination, sent);
        }

        Bytes += sent;
        pipe.Filled -= sent;
        return PumpResult.More;
    }

    private static PumpResult AfterRefusedWrite(ReactorSocket destination, int result)
    {
        if (result is not (-Errno.Again or -Errno.Interrupted))
        {
            destination.MayHideReset = true;
            return PumpResult.DestinationFailed;
        }

        destination.AwaitWritable();
        return PumpResult.Waiting;
    }

    /// <summary>
    /// Passes the end on, if it is one. Where a reset may look like one (<see cref="ReactorSocket.MayHideReset"/>), the kernel is asked:
    /// only a reset closes a connection into which we may still write.
    /// </summary>
    private PumpResult Finish(ReactorSocket source, ReactorSocket destination, bool isLast)
    {
        if (!isLast && source.MayHideReset && KernelView.IsClosed(source.Fd))
        {
            return PumpResult.SourceFailed;
        }

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
        _held = new RelayRest(rest);
    }
}
