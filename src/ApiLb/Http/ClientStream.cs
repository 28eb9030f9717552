using System.Runtime.CompilerServices;
using ApiLb.Transport;

namespace ApiLb.Http;

/// <summary>
/// A client's bytes as Kestrel wants them: what is written to a client that has gone is dropped. Kestrel learns of the loss by reading, and by
/// the connection's token, and takes a write that fails for a bug. Whoever owns the connection closes it.
/// </summary>
internal sealed class ClientStream(StreamSocket socket) : TwoWayStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => socket.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var write = socket.WriteAsync(buffer, cancellationToken);
        return write.IsCompletedSuccessfully ? default : WaitAsync(write);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WaitAsync(ValueTask write)
    {
        try
        {
            await write;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException { CancellationToken.IsCancellationRequested: false })
        {
            // The reader is told.
        }
    }
}
