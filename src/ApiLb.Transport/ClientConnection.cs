using System.Collections;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Transport;

/// <summary>
/// An accepted client. In place of Kestrel's pipe it offers what a balancer does with a connection: look at its first
/// bytes, dial for it, relay it, reset it. One operation at a time.
/// </summary>
internal sealed class ClientConnection : ConnectionContext, IFeatureCollection, IReactorWork
{
    private readonly TcpTransport _transport;
    private IDictionary<object, object?>? _items;
    private string? _id;
    private object? _kestrel;
    private ForwardedAddresses? _forwarded;
    private FeatureCollection? _otherFeatures;
    private volatile IConnectionOperation? _operation;
    private volatile bool _isAborted;

    public ClientConnection(ReactorSocket socket, ClientAddress address, TcpTransport transport)
    {
        Socket = socket;
        Peer = address;
        _transport = transport;
    }

    /// <summary>The client: whom a proxy before this one spoke for, or else <see cref="Peer"/>.</summary>
    public ClientAddress Address => _forwarded?.Source ?? Peer;

    /// <summary>Who has connected: the client itself, or a proxy.</summary>
    public ClientAddress Peer { get; }

    /// <summary>Its owner knows whose connection this is: <see cref="Address"/> will not change any more.</summary>
    public bool IsIdentified { get; set; }

    /// <summary>Where the client connected to, as the proxy before this one tells it, or else as the kernel does.</summary>
    public ClientAddress Destination => _forwarded?.Destination ?? ReadLocalAddress();

    /// <summary>Bytes that its relay has moved so far; zero before there is one. Any thread.</summary>
    public (long ToBackend, long ToClient) Relayed => _operation is Relay relay ? relay.Moved : default;

    /// <summary>The clock of its time-outs and of <see cref="BackendConnection.StartedAt"/>.</summary>
    public TimeProvider Time => _transport.Time;

    /// <summary>Kestrel asks for it at every turn and shows it at level debug, so only then it is worth making one.</summary>
    public override string ConnectionId
    {
        get => _id ??= _transport.NamesConnections ? CorrelationId.Next() : "-";
        set => _id = value;
    }

    public override IFeatureCollection Features => this;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => Address.ToEndPoint();
        set => throw new NotSupportedException("The client's address is the kernel's to say.");
    }

    public override EndPoint? LocalEndPoint
    {
        get => ReadLocalEndPoint();
        set => throw new NotSupportedException("The local address is the kernel's to say.");
    }

    /// <summary>There is no pipe: the bytes of these connections never enter one.</summary>
    public override IDuplexPipe Transport
    {
        get => throw new NotSupportedException("Connections of this transport are relayed, not read through a pipe.");
        set => throw new NotSupportedException("Connections of this transport are relayed, not read through a pipe.");
    }

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => _otherFeatures?.Revision ?? 0;

    internal ReactorSocket Socket { get; }

    /// <summary>
    /// Kestrel sets several features, all of them one object of its own: kept as one reference, so that an idle connection
    /// stays small. Anything else goes into an ordinary collection.
    /// </summary>
    object? IFeatureCollection.this[Type key]
    {
        get => key.IsInstanceOfType(_kestrel) ? _kestrel : _otherFeatures?[key];
        set
        {
            if (_kestrel is null || ReferenceEquals(_kestrel, value))
            {
                _kestrel = value;
            }
            else
            {
                (_otherFeatures ??= new FeatureCollection())[key] = value;
            }
        }
    }

    /// <summary>Copies what the client has sent so far, without taking it, once it is more than is already known.</summary>
    /// <param name="buffer">Filled from its start, the known bytes too.</param>
    /// <param name="known">Bytes that an earlier call has already brought; 0 at first.</param>
    /// <param name="timeout">How long to wait for more.</param>
    public ValueTask<PeekResult> PeekAsync(Memory<byte> buffer, int known, TimeSpan timeout)
    {
        if (Peek.TryNow(Socket, buffer, known) is { } result)
        {
            return new ValueTask<PeekResult>(result);
        }

        var peek = Peek.Start(Socket, buffer, known, timeout);
        Begin(peek);
        return peek.AsValueTask();
    }

    /// <summary>Takes bytes that were peeked at out of the kernel's queue: what follows them is the next to be seen.</summary>
    public void Consume(int count) => Socket.Discard(count);

    /// <summary>A trusted proxy speaks for somebody else. To be said once, before anybody asked for <see cref="Address"/>.</summary>
    public void SpeaksFor(ForwardedAddresses addresses) => _forwarded = addresses;

    /// <summary>Begins to look for a backend.</summary>
    public DialRace Dial(DialTerms terms)
    {
        var race = new DialRace(Socket, terms, _transport);
        Begin(race);
        return race;
    }

    /// <summary>Relays between this client and a backend until both have finished or one has failed. Closes neither.</summary>
    /// <param name="backend">The winner of a race that this client began.</param>
    /// <param name="totals">Where bytes are counted while they flow; null: nowhere.</param>
    /// <param name="timeouts">How long it may be silent.</param>
    public ValueTask<RelayResult> RelayAsync(BackendConnection backend, RelayTotals? totals, RelayTimeouts timeouts)
    {
        var socket = backend.Socket ?? throw new InvalidOperationException("This attempt never had a socket.");
        Socket.Discard(backend.ClientBytesSent);
        var relay = new Relay(Socket, socket, totals, timeouts, backend.ClientBytesSent);
        Begin(relay);
        if (Socket.Reactor.IsCurrentThread)
        {
            relay.Run();
        }
        else
        {
            Socket.Reactor.Post(relay);
        }

        return relay.AsValueTask();
    }

    /// <summary>Ends the connection with RST: "no answer", rather than an answer that ended. Any thread.</summary>
    public void Reset() => Socket.Reset();

    /// <summary>Cuts the present operation, which then ends with its word for "aborted". Any thread.</summary>
    public override void Abort(ConnectionAbortedException abortReason) => Abort();

    /// <inheritdoc cref="Abort(ConnectionAbortedException)"/>
    public override void Abort()
    {
        _isAborted = true;
        Socket.Reactor.Post(this);
    }

    public override ValueTask DisposeAsync()
    {
        Socket.Close();
        return base.DisposeAsync();
    }

    void IReactorWork.Run() => _operation?.Abort();

    TFeature? IFeatureCollection.Get<TFeature>()
        where TFeature : default => (TFeature?)Features[typeof(TFeature)];

    void IFeatureCollection.Set<TFeature>(TFeature? instance)
        where TFeature : default => Features[typeof(TFeature)] = instance;

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator() =>
        (_otherFeatures ?? Enumerable.Empty<KeyValuePair<Type, object>>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<Type, object>>)this).GetEnumerator();

    private void Begin(IConnectionOperation operation)
    {
        _operation = operation;

        // Abort writes and reads these two the other way round: one of both must see the other.
        Interlocked.MemoryBarrier();
        if (_isAborted)
        {
            Socket.Reactor.Post(this);
        }
    }

    private unsafe ClientAddress ReadLocalAddress()
    {
        var raw = stackalloc byte[SocketAddress.MaxLength];
        var length = SocketAddress.MaxLength;
        return Native.GetLocalAddress(Socket.Fd, raw, &length) < 0 ? default : ClientAddress.FromNative(new ReadOnlySpan<byte>(raw, length));
    }

    private unsafe EndPoint? ReadLocalEndPoint()
    {
        var raw = stackalloc byte[SocketAddress.MaxLength];
        var length = SocketAddress.MaxLength;
        return Native.GetLocalAddress(Socket.Fd, raw, &length) < 0 ? null : SocketAddress.Decode(new ReadOnlySpan<byte>(raw, length));
    }
}
