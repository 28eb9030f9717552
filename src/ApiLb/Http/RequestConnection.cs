using System.IO.Pipelines;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Http;

/// <summary>
/// A client's connection as Kestrel reads requests from it: a stream on a reactor of its own kind, and what Kestrel has attached to the
/// accepted connection (heartbeat, end of service).
/// </summary>
internal sealed class RequestConnection : ConnectionContext
{
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closed = new();
    private readonly StreamSocket _socket;

    private RequestConnection(ClientConnection client, StreamSocket socket)
    {
        _socket = socket;
        Stream = new ClientStream(socket);
        Features = new FeatureCollection(client.Features);
        RemoteEndPoint = client.Address.ToEndPoint();
        ConnectionId = client.ConnectionId;
        ConnectionClosed = _closed.Token;
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    /// <summary>Set by whoever knows what the bytes are: <see cref="TakePlain"/>, or what ends TLS.</summary>
    public override IDuplexPipe Transport { get; set; } = null!;

    /// <summary>The client has finished or is lost, or the connection has ended here.</summary>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>Its bytes as they come. Closing is this connection's alone.</summary>
    public ClientStream Stream { get; }

    /// <summary>Completes when somebody has given the connection up: nothing more comes from it or goes to it.</summary>
    public Task Aborted => _aborted.Task;

    /// <summary>Opens an accepted connection.</summary>
    /// <returns>Null when its client was gone; else dispose it.</returns>
    /// <exception cref="DialFailedException">The reactor cannot take it.</exception>
    public static async ValueTask<RequestConnection?> OpenAsync(ClientConnection client, Reactor reactor)
    {
        // Asked while the socket is still the client's.
        var local = client.LocalEndPoint;
        if (await client.OpenAsync(reactor) is not { } socket)
        {
            return null;
        }

        var connection = new RequestConnection(client, socket) { LocalEndPoint = local };
        socket.WhenPeerLeaves(connection.Leave);
        return connection;
    }

    /// <summary>What comes is no TLS.</summary>
    public void TakePlain() => Transport = new StreamPipe(Stream);

    /// <summary>From now on its requests are read, which is no work for long: on the reactor's thread.</summary>
    public void StayOnReactor() => _socket.ContinuesOnReactor = true;

    public override void Abort()
    {
        _socket.Abort();
        _aborted.TrySetResult();
    }

    public override void Abort(ConnectionAbortedException abortReason) => Abort();

    public override async ValueTask DisposeAsync()
    {
        // First the socket: a buffer that it may still fill must not go back to its pool. Where somebody was at it, the buffers are the
        // collector's.
        if (_socket.Finish() && Transport is StreamPipe pipe)
        {
            await pipe.CompleteAsync();
        }

        _closed.Dispose();
        await base.DisposeAsync();
    }

    private void Leave()
    {
        try
        {
#pragma warning disable MA0045 // Already on a thread of the pool; and who reads is told of the loss when this is done.
            _closed.Cancel();
#pragma warning restore MA0045
        }
        catch (ObjectDisposedException)
        {
            // It was over at the same moment.
        }
    }

    private sealed class StreamPipe(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 8192, leaveOpen: true, useZeroByteReads: true));

        public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 16384, leaveOpen: true));

        /// <summary>Gives the buffers back; Kestrel has flushed what it wanted to say.</summary>
        public async ValueTask CompleteAsync()
        {
            await Input.CompleteAsync();
            await Output.CompleteAsync(new ConnectionAbortedException());
        }
    }
}
