using ApiLb.Transport;

namespace ApiLb.TransportTests.Streams;

/// <summary>An accepted client that is read and written, and the client's side of it.</summary>
internal sealed class OpenStream : IAsyncDisposable
{
    private readonly HeldClient _held;

    private OpenStream(HeldClient held, StreamSocket socket)
    {
        _held = held;
        Socket = socket;
    }

    public StreamSocket Socket { get; }

    public ClientConnection Client => _held.Client;

    public Peer Peer => _held.Peer;

    public Reactor Reactor => _held.Reactor;

    public static async Task<OpenStream> OpenAsync(TcpTransportOptions? options = null)
    {
        var held = await HeldClient.OpenAsync(options: options);
        return new OpenStream(held, await held.Client.OpenAsync(held.Reactor) ?? throw new InvalidOperationException("the client was gone"));
    }

    public Task RoundOverAsync() => _held.RoundOverAsync();

    public Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default) => Socket.ReadAsync(buffer, cancellation).AsTask();

    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) => Socket.WriteAsync(bytes, cancellation).AsTask();

    /// <summary>Does this on the reactor's thread, and waits until that round is over.</summary>
    public async Task InOneRoundAsync(Action act)
    {
        RoundWork work = new(act);
        Reactor.Post(work);
        await work.Done.InTime();
        await RoundOverAsync();
    }

    public async Task<byte[]> ReadAllAsync(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var length = await ReadAsync(bytes.AsMemory(filled)).InTime();
            Xunit.Assert.True(length > 0, $"expected {count} bytes; the stream ended after {filled}");
            filled += length;
        }

        return bytes;
    }

    public static int SocketsOf(Reactor reactor) => Enumerable.Range(0, reactor.Slots).Count(i => reactor.SocketAt(i) is not null);

    /// <summary>Waits until its reactor has no socket left.</summary>
    public Task IsForgottenAsync() => Eventually.SeesAsync(() => SocketsOf(Reactor), count => count == 0, "no socket left on the reactor");

    public async ValueTask DisposeAsync()
    {
        Socket.Close();
        await _held.DisposeAsync();
    }

    private sealed class RoundWork(Action act) : IReactorWork
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _done.Task;

        public void Run()
        {
            try
            {
                act();
                _done.SetResult();
            }
            catch (Exception failure)
            {
                _done.SetException(failure);
            }
        }
    }
}
