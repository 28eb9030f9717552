using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace ApiLb.Admin.HaProxy;

/// <summary>
/// <c>admin.haproxySocket</c>: a unix socket that understands HAProxy's runtime commands, so that scripts and exporters made for it go
/// on working. Who may come, and who may change something, is as with the admin socket. Start once; disposing stops it.
/// </summary>
internal sealed partial class RuntimeServer(string path, RuntimeSources sources, AdminSockets sockets, TimeProvider time, ILogger<RuntimeServer> logger) : IAsyncDisposable
{
    private const int MostClients = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly RuntimeCommands _commands = new(sources, time);
    private readonly OperatorPermission _permission = OperatorPermission.OfThisHost();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _places = new(MostClients, MostClients);
    private Socket? _socket;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Takes the socket; nobody is answered before <see cref="StartAsync"/>.</summary>
    /// <exception cref="AdminBindException">It cannot be had.</exception>
    public async Task BindAsync(CancellationToken cancellation) => _socket ??= await sockets.BindAsync(path, "admin.haproxySocket", cancellation);

    /// <exception cref="AdminBindException">The socket cannot be had.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await BindAsync(cancellation);
        _socket!.Listen(MostClients);
        _accepting = AcceptAsync(_socket);
        Log.Started(logger, path);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _accepting;
        _socket?.Dispose();
        _stopping.Dispose();
        _places.Dispose();
    }

    private async Task AcceptAsync(Socket socket)
    {
        var stop = _stopping.Token;
        HashSet<Task> clients = [];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await _places.WaitAsync(stop);
                clients.RemoveWhere(c => c.IsCompleted);
                clients.Add(ServeAsync(await socket.AcceptAsync(stop), stop));
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                // Another process answers from now on.
                break;
            }
            catch (SocketException error)
            {
                _places.Release();
                Log.CannotAccept(logger, path, error.Message);
                await Task.Delay(Pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(clients);
    }

    private async Task ServeAsync(Socket client, CancellationToken stop)
    {
        try
        {
            var peer = PeerCredentials.Of(client);
            var who = new RuntimeClient(peer?.ToString() ?? "somebody", _permission.RefusalOf(peer));
            await new RuntimeConnection(_commands, time).ServeAsync(client, who, stop);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The client left, or said nothing for too long.
        }
        catch (Exception e)
        {
            Log.Failed(logger, e);
        }
        finally
        {
            client.Dispose();
            _places.Release();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Information, "Admin: HAProxy's runtime commands on {Socket}.")]
        public static partial void Started(ILogger logger, string socket);

        [LoggerMessage(22, LogLevel.Warning, "Admin: {Socket} cannot accept: {Reason}. Next try in 100 ms. If file descriptors ran out, raise LimitNOFILE.")]
        public static partial void CannotAccept(ILogger logger, string socket, string reason);

        [LoggerMessage(23, LogLevel.Error, "A command on the runtime socket failed.")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
