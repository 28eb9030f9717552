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
    private object? _kestrel;
    private Extras? _extras;
    private volatile IConnectionOperation? _operation;
    private volatile bool _isAborted;

    public ClientConnection(ReactorSocket socket, ClientAddress address)
    {
        Socket = socket;
        Peer = address;
    }

    /// <summary>The client: whom a proxy before this one spoke for, or else <see cref="Peer"/>.</summary>
    public ClientAddress Address => _extras?.Forwarded?.Source ?? Peer;

    /// <summary>Who has connected: the client itself, or a proxy.</summary>
    public ClientAddress Peer { get; }

    /// <summary>Its owner knows whose connection this is: <see cref="Address"/> will not change any more.</summary>
    public bool IsIdentified { get; set; }

    /// <summary>Where the client connected to, as the proxy before this one tells it, or else as the kernel does.</summary>
    public ClientAddress Destination => _extras?.Forwarded?.Destination ?? ReadLocalAddress();

    /// <summary>It has reset its connection. To be asked before anything else is done with it, and once: the kernel forgets what it has told.</summary>
    public bool HasReset() => Native.TakeError(Socket.Fd) < 0;

    /// <summary>The clock of its time-outs and of <see cref="BackendConnection.StartedAt"/>.</summary>
    public TimeProvider Time => Socket.Reactor.Time;

    /// <summary>Kestrel asks for it at every turn and shows it at level debug, so only then it is worth making one.</summary>
    public override string ConnectionId
    {
        get => _extras?.Id ?? (Socket.Reactor.NamesConnections ? Extra.Id = CorrelationId.Next() : "-");
        set => Extra.Id = value;
    }

    public override IFeatureCollection Features => this;

    public override IDictionary<object, object?> Items
    {
        get => Extra.Items ??= new ConnectionItems();
        set => Extra.Items = value;
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

    int IFeatureCollection.Revision => _extras?.OtherFeatures?.Revision ?? 0;

    internal ReactorSocket Socket { get; }

    private Extras Extra => _extras ??= new Extras();

    /// <summary>
    /// Kestrel sets several features, all of them one object of its own: kept as one reference, so that an idle connection
    /// stays small. Anything else goes into an ordinary collection.
    /// </summary>
    object? IFeatureCollection.this[Type key]
    {
        get => key.IsInstanceOfType(_kestrel) ? _kestrel : _extras?.OtherFeatures?[key];
        set
        {
            if (_kestrel is null || ReferenceEquals(_kestrel, value))
            {
                _kestrel = value;
            }
            else
            {
                (Extra.OtherFeatures ??= new FeatureCollection())[key] = value;
            }
        }
    }

    /// <summary>Goes on on the thread of its reactor, where everything else about it happens.</summary>
    public ValueTask EnterReactorAsync() => Socket.Reactor.IsCurrentThread ? default : new ValueTask(new ReactorEntry(Socket.Reactor), 0);

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
    public void SpeaksFor(ForwardedAddresses addresses) => Extra.Forwarded = addresses;

    /// <summary>Begins to look for a backend.</summary>
    public DialRace Dial(DialTerms terms)
    {
        var race = new DialRace(Socket, terms);
        Begin(race);
        return race;
    }

    /// <summary>
    /// Relays between this client and a backend until both have finished or one has failed, which <see cref="Relayed"/> then
    /// tells. Closes neither.
    /// </summary>
    /// <param name="backend">The winner of a race that this client began.</param>
    /// <param name="totals">Where bytes are counted while they flow; null: nowhere.</param>
    /// <param name="timeouts">How long it may be silent.</param>
    public ValueTask RelayAsync(BackendConnection backend, RelayTotals? totals, RelayTimeouts timeouts)
    {
        Socket.Discard(backend.ClientBytesSent);
        var relay = new Relay(Socket, backend, totals, timeouts, backend.ClientBytesSent);
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

    /// <summary>
    /// Opens the connection for reading and writing, on another reactor: nothing else may be done with it then but <see cref="Abort()"/>,
    /// which is passed on, and the stream is to be closed.
    /// </summary>
    /// <returns>Null when it was closed before.</returns>
    /// <exception cref="DialFailedException">The reactor cannot take it.</exception>
    public async ValueTask<StreamSocket?> OpenAsync(Reactor reactor)
    {
        var fd = Socket.IsRegistered ? await Departure.OfAsync(Socket) : Socket.Release();
        if (fd < 0)
        {
            return null;
        }

        var stream = StreamDial.Adopt(fd, reactor);
        Begin(stream);
        return stream;
    }

    /// <summary>How the relay went, and its bytes so far while it goes on; default when there was none.</summary>
    public RelayResult Relayed => (_operation as Relay)?.Result ?? default;

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
        (_extras?.OtherFeatures ?? Enumerable.Empty<KeyValuePair<Type, object>>()).GetEnumerator();

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

    /// <summary>What few connections have: one reference instead of four for all the others.</summary>
    private sealed class Extras
    {
        public string? Id { get; set; }

        public IDictionary<object, object?>? Items { get; set; }

        public ForwardedAddresses? Forwarded { get; set; }

        public FeatureCollection? OtherFeatures { get; set; }
    }
}
