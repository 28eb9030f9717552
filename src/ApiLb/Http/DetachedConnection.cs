using System.IO.Pipelines;
using System.Net;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ApiLb.Http;

/// <summary>
/// A client's connection after it has left the data plane: Kestrel's sockets transport moves its bytes, and what Kestrel has
/// attached to the accepted connection (heartbeat, end of service) is found here too.
/// </summary>
internal sealed class DetachedConnection : ConnectionContext
{
    private readonly ClientConnection _client;
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionContext? _socket;

    private DetachedConnection(ClientConnection client)
    {
        _client = client;
        Features = new FeatureCollection(new JoinedFeatures(this));
        RemoteEndPoint = client.Address.ToEndPoint();
        ConnectionId = client.ConnectionId;
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; } = null!;

    public override EndPoint? RemoteEndPoint { get; set; }

    public override CancellationToken ConnectionClosed
    {
        get => Socket.ConnectionClosed;
        set => Socket.ConnectionClosed = value;
    }

    private ConnectionContext Socket => _socket ?? throw new InvalidOperationException("the connection was not taken");

    /// <summary>Takes a connection out of the data plane.</summary>
    /// <returns>Null when its client was gone; else dispose it.</returns>
    public static async ValueTask<DetachedConnection?> TakeAsync(ClientConnection client, SocketConnectionContextFactory connections)
    {
        var detached = new DetachedConnection(client);
        if (await client.DetachAsync(detached.Abort) is not { } socket)
        {
            return null;
        }

        try
        {
            detached._socket = connections.Create(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        detached.LocalEndPoint = detached._socket.LocalEndPoint;
        detached.Transport = detached._socket.Transport;
        return detached;
    }

    /// <summary>Completes when somebody has given the connection up: nothing more comes from it or goes to it.</summary>
    public Task Aborted => _aborted.Task;

    public override void Abort()
    {
        _socket?.Abort();
        _aborted.TrySetResult();
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _socket?.Abort(abortReason);
        _aborted.TrySetResult();
    }

    public override async ValueTask DisposeAsync()
    {
        await Socket.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>The socket's features, and behind them those that Kestrel gave the accepted connection.</summary>
    private sealed class JoinedFeatures(DetachedConnection owner) : IFeatureCollection
    {
        public bool IsReadOnly => true;

        public int Revision => 0;

        public object? this[Type key]
        {
            get => owner._socket?.Features[key] ?? owner._client.Features[key];
            set => throw new NotSupportedException();
        }

        public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

        public void Set<TFeature>(TFeature? instance) => throw new NotSupportedException();

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => Enumerable.Empty<KeyValuePair<Type, object>>().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
