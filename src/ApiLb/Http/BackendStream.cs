using System.Runtime.CompilerServices;
using ApiLb.Backends;
using ApiLb.Transport;

namespace ApiLb.Http;

/// <summary>A connection to a backend: its bytes are counted for the backend while they flow. Disposing closes it.</summary>
/// <param name="inner">The socket's.</param>
/// <param name="backend">Whose.</param>
/// <param name="shard">Of the counters.</param>
internal sealed class BackendStream(Stream inner, Backend backend, int shard) : TwoWayStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(buffer, cancellationToken);
        return read.IsCompletedSuccessfully ? new ValueTask<int>(Count(read.Result)) : WaitAsync(read);
    }

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        backend.Counters.Relayed.Add(shard, buffer.Length, 0);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Each answer is waited for here once: what that takes is used again.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<int> read) => Count(await read);

    private int Count(int received)
    {
        backend.Counters.Relayed.Add(shard, 0, received);
        return received;
    }
}
