namespace ApiLb.Transport;

/// <summary>A socket of a reactor as .NET's libraries want it. Any thread, but one read and one write at a time. Disposing closes it.</summary>
internal sealed class SocketStream(StreamSocket socket) : TwoWayStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => socket.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => socket.WriteAsync(buffer, cancellationToken);

    /// <summary>Nothing is kept back.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc cref="FlushAsync"/>
    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Close();
        }

        base.Dispose(disposing);
    }
}
