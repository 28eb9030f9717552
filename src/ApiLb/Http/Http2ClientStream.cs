using System.Runtime.CompilerServices;
using ApiLb.Transport;

namespace ApiLb.Http;

/// <summary>An HTTP/2 client's connection, plain text on this side, which ends when its frames go beyond what they may cost.</summary>
internal sealed class Http2ClientStream(Stream inner, TimeProvider time) : TwoWayStream
{
    private readonly FrameBudget _budget = new(time);

    /// <summary>What it was ended for, in words of <see cref="Telemetry.ClientFault"/>; null: it was not.</summary>
    public string? Fault { get; private set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        Fault = _budget.Received(buffer.Span[..count]);
        if (Fault is not null)
        {
            // Kestrel says GOAWAY, and closes the connection.
            throw new IOException("the client sends frames that nobody needs");
        }

        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _budget.Sent(buffer.Length);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
