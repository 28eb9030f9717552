using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Http;

/// <summary>A request's body while it is read: counted, and not longer than its route allows.</summary>
/// <param name="request">Whose.</param>
/// <param name="inner">Kestrel's.</param>
/// <param name="most">Bytes; null: any number.</param>
internal sealed class RequestBody(ProxiedRequest request, Stream inner, long? most) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException error)
        {
            request.BodyFailure = error is BadHttpRequestException ? RequestFailure.BadRequest : RequestFailure.ClientGone;
            throw;
        }

        request.Received(count);
        if (request.BytesFromClient > most)
        {
            request.BodyFailure = request.Failure = RequestFailure.BodyTooLarge;
            throw new BadHttpRequestException("the body is longer than the route allows", StatusCodes.Status413PayloadTooLarge);
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
