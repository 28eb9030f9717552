using System.Threading.Channels;
using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb.TransportTests;

/// <summary>The smallest balancer: dials one backend for each client and relays, closing as the daemon does.</summary>
internal sealed class RelayServer : IAsyncDisposable
{
    private readonly Channel<RelayResult> _results = Channel.CreateUnbounded<RelayResult>();
    private readonly DialTarget _target;
    private readonly RelayServerOptions _options;
    private TransportServer? _server;
    private int _highestSlot;
    private int _open;
    private int _relaying;

    private RelayServer(DialTarget target, RelayServerOptions options)
    {
        _target = target;
        _options = options;
    }

    public TransportServer Server => _server!;

    public TcpTransport Transport => Server.Transport;

    public RelayTotals Totals { get; } = new();

    /// <summary>Clients being served now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Relays that have begun.</summary>
    public int Relaying => Volatile.Read(ref _relaying);

    /// <summary>The highest slot that a client had in its reactor.</summary>
    public int HighestSlot => Volatile.Read(ref _highestSlot);

    public static async Task<RelayServer> StartAsync(
        DialTarget target, RelayServerOptions? options = null, TcpTransport? transport = null, ILoggerFactory? loggers = null)
    {
        var relay = new RelayServer(target, options ?? new RelayServerOptions());
        relay._server = await TransportServer.StartAsync(relay.ServeAsync, relay._options.Address, transport, loggers);
        return relay;
    }

    public Task<Peer> ConnectAsync(int receiveBuffer = 0) => Server.ConnectAsync(receiveBuffer);

    /// <summary>How the next relay ended.</summary>
    public Task<RelayResult> NextResultAsync() => _results.Reader.ReadAsync().InTime();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private async Task ServeAsync(ClientConnection client)
    {
        Interlocked.Increment(ref _open);
        var isComplete = false;
        BackendConnection? backend = null;
        try
        {
            backend = await DialAsync(client);
            if (backend is not null)
            {
                var relaying = client.RelayAsync(backend, Totals, _options.Timeouts);
                Interlocked.Increment(ref _relaying);
                await relaying;
                isComplete = client.Relayed.End is RelayEnd.ClientFinished or RelayEnd.BackendFinished;
                _results.Writer.TryWrite(client.Relayed);
            }
        }
        finally
        {
            Close(client, backend, isComplete);
            Interlocked.Decrement(ref _open);
        }
    }

    private async ValueTask<BackendConnection?> DialAsync(ClientConnection client)
    {
        var firstFlight = new byte[_options.FirstFlightLength];
        for (var known = 0; known < firstFlight.Length;)
        {
            var peek = await client.PeekAsync(firstFlight, known, Eventually.Deadline);
            if (peek.Status != PeekStatus.Data)
            {
                return null;
            }

            known = peek.Length;
        }

        var race = client.Dial(new DialTerms(firstFlight));
        race.Start(_target, tag: null);
        var first = await race.NextAsync(Eventually.Deadline);
        race.End();
        NoteSlot(client.Socket.Slot);
        return first.Kind is DialEventKind.Connected or DialEventKind.FirstByte ? first.Backend : null;
    }

    private static void Close(ClientConnection client, BackendConnection? backend, bool isComplete)
    {
        if (isComplete)
        {
            backend?.Close();
            return;
        }

        backend?.Reset();
        client.Reset();
    }

    private void NoteSlot(int slot)
    {
        for (var highest = HighestSlot; slot > highest; highest = HighestSlot)
        {
            Interlocked.CompareExchange(ref _highestSlot, slot, highest);
        }
    }
}
