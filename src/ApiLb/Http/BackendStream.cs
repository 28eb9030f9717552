using ApiLb.Backends;

namespace ApiLb.Http;

/// <summary>A connection to a backend: its bytes are counted for the backend while they flow. Disposing closes it.</summary>
/// <param name="inner">The socket's.</param>
/// <param name="backend">Whose.</param>
/// <param name="shard">Of the counters.</param>
internal sealed class BackendStream(Stream inner, Backend backend, int shard) : TwoWayStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        backend.Counters.Relayed.Add(shard, 0, count);
        return count;
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
}
