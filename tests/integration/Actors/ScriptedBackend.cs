using System.Net.Sockets;
using System.Text;
using ApiLb.Configuration;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A backend that misbehaves once a client has said something. Passes health checks, which say nothing.</summary>
internal sealed class ScriptedBackend : IAsyncDisposable
{
    private readonly AcceptingServer _server;
    private readonly Func<Socket, CancellationToken, Task> _script;
    private int _hellos;

    private ScriptedBackend(string name, Func<Socket, CancellationToken, Task> script)
    {
        _script = script;
        _server = new AcceptingServer(ServeAsync, 0);
        Options = new BackendOptions { Name = name, Address = new BackendAddress("127.0.0.1", _server.Port) };
    }

    public BackendOptions Options { get; }

    public int Accepts => _server.Accepts;

    /// <summary>Connections on which a client has said something.</summary>
    public int Hellos => Volatile.Read(ref _hellos);

    /// <summary>Accepts and never answers, like a process under SIGSTOP.</summary>
    public static ScriptedBackend Frozen(string name) => new(name, (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));

    /// <summary>Resets the connection instead of answering.</summary>
    public static ScriptedBackend Resetting(string name) => new(name, (socket, _) =>
    {
        socket.Close(0);
        return Task.CompletedTask;
    });

    /// <summary>Reads what the client has said, and then resets the connection.</summary>
    public static ScriptedBackend ResettingAfterReading(string name) => new(name, async (socket, stop) =>
    {
        await socket.ReceiveAsync(new byte[16384], stop);
        socket.Close(0);
    });

    /// <summary>Ends the connection in order instead of answering.</summary>
    public static ScriptedBackend Closing(string name) => new(name, async (socket, stop) =>
    {
        while (socket.Available > 0)
        {
            await socket.ReceiveAsync(new byte[4096], stop);
        }

        socket.Shutdown(SocketShutdown.Both);
    });

    /// <summary>Sends one byte and breaks down when the client says so by sending more.</summary>
    public static ScriptedBackend BreakingAfterItsFirstByte(string name) => new(name, async (socket, stop) =>
    {
        await socket.ReceiveAsync(new byte[16384], stop);
        await socket.SendAsync("!"u8.ToArray(), stop);
        await socket.ReceiveAsync(new byte[16384], stop);
        socket.Close(0);
    });

    /// <summary>Answers and finishes first; the client may then finish too.</summary>
    public static ScriptedBackend FinishingFirst(string name) => new(name, async (socket, stop) =>
    {
        await socket.SendAsync("!\n"u8.ToArray(), stop);
        socket.Shutdown(SocketShutdown.Send);
        await ReadToEndAsync(socket, stop);
    });

    /// <summary>Answers every first flight at once until it is told to freeze.</summary>
    public static ScriptedBackend AnsweringWhile(string name, Func<bool> isAwake) => new(name, async (socket, stop) =>
    {
        if (isAwake())
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(name + "\n"), stop);
        }

        await ReadToEndAsync(socket, stop);
    });

    /// <summary>Accepts, and answers when the gate opens.</summary>
    public static ScriptedBackend AnsweringAfter(string name, Task gate) => AnsweringAfter(name, () => gate);

    /// <summary>Accepts, and answers when the gate of this client opens.</summary>
    public static ScriptedBackend AnsweringAfter(string name, Func<Task> gate) => new(name, async (socket, stop) =>
    {
        await gate().WaitAsync(stop);
        await socket.SendAsync(Encoding.UTF8.GetBytes(name + "\n"), stop);
        await ReadToEndAsync(socket, stop);
    });

    /// <summary>Sends one byte and nothing more, whatever the client does.</summary>
    public static ScriptedBackend SilentAfterItsFirstByte(string name) => new(name, async (socket, stop) =>
    {
        await socket.SendAsync("!"u8.ToArray(), stop);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    });

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        if (await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, stop) > 0)
        {
            Interlocked.Increment(ref _hellos);
            await _script(socket, stop);
        }
    }

    private static async Task ReadToEndAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[16384];
        while (await socket.ReceiveAsync(buffer, stop) > 0)
        {
        }
    }
}
