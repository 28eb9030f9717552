using System.Net;
using System.Net.Sockets;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>Passes everything on and remembers whether the other side has sent anything at all.</summary>
internal sealed class FirstByteStream(Stream inner) : Stream
{
    /// <summary>True from the first byte of the server's answer, which is its TLS ServerHello.</summary>
    public bool HasReceived { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Connects from the client host.</summary>
    public static async Task<FirstByteStream> ConnectAsync(IPEndPoint target, CancellationToken cancellationToken)
    {
        var socket = LabHost.Client.Namespace.CreateSocket();
        try
        {
            await socket.ConnectAsync(target, cancellationToken);
            return new FirstByteStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Note(await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Note(inner.Read(buffer, offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // A zero-byte read waits for data and returns 0 as well as the end of the stream does: only bytes count.
    private int Note(int count)
    {
        HasReceived |= count > 0;
        return count;
    }
}
