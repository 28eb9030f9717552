using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ApiLb.Transport;

/// <summary>
/// The Linux data plane as a Kestrel transport: the reactors, and the listeners that Kestrel binds through it. It takes
/// <see cref="TcpListenEndPoint"/> only. One for the process, however many Kestrel servers share it.
/// </summary>
internal sealed class TcpTransport : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly Reactor[] _reactors;
    private readonly InheritedSockets _inherited;
    private readonly ILogger _logger;
    private uint _next;
    private long _acceptPauses;

    /// <param name="options">For all connections.</param>
    /// <param name="time">The clock of all timers.</param>
    /// <param name="loggers">For one logger.</param>
    /// <param name="inherited">Sockets that another process has bound for this one; owned from now on.</param>
    public TcpTransport(TcpTransportOptions options, TimeProvider time, ILoggerFactory loggers, IReadOnlyList<InheritedSocket>? inherited = null)
    {
        Options = options;
        _logger = loggers.CreateLogger<TcpTransport>();
        _inherited = new InheritedSockets(inherited ?? [], _logger);
        _reactors = [.. Enumerable.Range(0, options.Reactors)
            .Select(i => Reactor.Started($"apilb-reactor-{i}", i, options.MaxPipes / options.Reactors, options, time, _logger))];
        Streams = new StreamReactors(options, time, _logger);
    }

    public TcpTransportOptions Options { get; }

    public IReadOnlyList<Reactor> Reactors => _reactors;

    /// <summary>How often a listener has stopped accepting for a while because descriptors or memory had run out. Thread-safe.</summary>
    public long AcceptPauses => Volatile.Read(ref _acceptPauses);

    /// <summary>For connections that are read and written instead of relayed.</summary>
    public StreamReactors Streams { get; }

    public bool CanBind(EndPoint endpoint) => endpoint is TcpListenEndPoint;

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = Reserve((TcpListenEndPoint)endpoint);
        listener.Start();
        return new ValueTask<IConnectionListener>(listener);
    }

    /// <summary>
    /// Binds and listens, or takes the inherited socket of this address, but does not accept before <see cref="Listener.Start"/>:
    /// the kernel queues clients meanwhile.
    /// </summary>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="IOException">The address cannot be bound.</exception>
    public Listener Reserve(TcpListenEndPoint endPoint) =>
        new(_inherited.Take(endPoint, Options) ?? ListeningSocket.Bind(endPoint, Options), this, _logger);

    /// <summary>Closes the inherited sockets that nobody has taken, and says so.</summary>
    public void CloseUnclaimed()
    {
        _inherited.Claim();
        _inherited.CloseAll();
    }

    /// <summary>A listener stops accepting for a while.</summary>
    public void AcceptPaused() => Interlocked.Increment(ref _acceptPauses);

    /// <summary>New connections go to the reactors in turn.</summary>
    public Reactor NextReactor() => _reactors[Interlocked.Increment(ref _next) % (uint)_reactors.Length];

    /// <summary>Completes when every reactor has finished the round it is in, so that none still uses what was unregistered.</summary>
    public Task RoundOverAsync() => Task.WhenAll(_reactors.Select(RoundBarrier.PassAsync));

    public void Dispose()
    {
        _inherited.CloseAll();
        Streams.Dispose();
        foreach (var reactor in _reactors)
        {
            reactor.Stop();
        }
    }
}
