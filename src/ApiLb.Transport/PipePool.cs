namespace ApiLb.Transport;

/// <summary>The pipes of one reactor; empty ones are kept for the next bulk transfer. Reactor thread only.</summary>
/// <param name="most">Pipes at once, so that bulk transfers leave descriptors to connections.</param>
internal sealed class PipePool(long most) : IDisposable
{
    /// <summary>What one splice may move. The kernel's unprivileged limit is 1 MiB (pipe-max-size, pipe(7)).</summary>
    public const int PipeSize = 512 * 1024;

    private const int Kept = 16;
    private readonly Stack<Pipe> _empty = new();
    private long _open;

    /// <returns>An empty pipe, or null when there are no more, or no descriptors: then copy.</returns>
    public Pipe? Rent()
    {
        if (_empty.TryPop(out var pipe))
        {
            return pipe;
        }

        if (_open >= most)
        {
            return null;
        }

        if (Native.Pipe(out var readEnd, out var writeEnd) < 0)
        {
            return null;
        }

        _open++;
        _ = Native.SetPipeSize(writeEnd, PipeSize);
        return new Pipe(readEnd, writeEnd);
    }

    /// <summary>Takes a pipe back. One that still holds data is closed: its bytes belong to a dead connection.</summary>
    public void Return(Pipe pipe)
    {
        if (pipe.Filled == 0 && _empty.Count < Kept)
        {
            _empty.Push(pipe);
        }
        else
        {
            _open--;
            pipe.Close();
        }
    }

    public void Dispose()
    {
        while (_empty.TryPop(out var pipe))
        {
            pipe.Close();
        }
    }
}
