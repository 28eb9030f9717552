using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A server behind the balancer. It answers lines with its name, or leaves its connections to the test.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly TestHost _host;
    private readonly EndPoint _address;
    private readonly Func<Connection, Task>? _serve;
    private readonly Channel<Connection> _accepted = Channel.CreateUnbounded<Connection>();
    private readonly ConcurrentBag<Connection> _open = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _accepts;

    /// <param name="host">Where it listens.</param>
    /// <param name="name">What it answers with.</param>
    /// <param name="address">Where clients find it.</param>
    /// <param name="serve">Null: the test takes the connections from <see cref="AcceptAsync"/>.</param>
    public Backend(TestHost host, string name, EndPoint address, Func<Connection, Task>? serve)
    {
        (_host, Name, _address, _serve) = (host, name, address, serve);
        Listen();
    }

    public string Name { get; }

    /// <summary>Connections taken so far, those of checks included.</summary>
    public int Accepts => Volatile.Read(ref _accepts);

    public string Address => _address is UnixDomainSocketEndPoint ? "unix:" + _address : _address.ToString() ?? "";

    public Member Member => new(Name, Address);

    /// <summary>Answers each line with the backend's name and that line.</summary>
    public static Func<Connection, Task> Answering(string name) => async connection =>
    {
        while (true)
        {
            await connection.SendAsync($"{name} {await connection.ReadLineAsync(Timeout.InfiniteTimeSpan)}\n");
        }
    };

    public void Listen()
    {
        var family = _address.AddressFamily;
        var socket = family == AddressFamily.Unix
            ? new Socket(family, SocketType.Stream, ProtocolType.Unspecified)
            : _host.CreateSocket(family);
        if (family != AddressFamily.Unix)
        {
            socket.SetRawSocketOption(1, 2, BitConverter.GetBytes(1)); // SO_REUSEADDR alone: .NET's option sets SO_REUSEPORT as well.
        }

        socket.Bind(_address);
        socket.Listen(8192);
        _listener = socket;
        _accepting = AcceptingAsync(socket);
    }

    /// <summary>Refuses from now on; what is established goes on.</summary>
    public async Task RefuseAsync()
    {
        _listener?.Dispose();
        await _accepting;
    }

    /// <summary>The next connection; those that were checks have been taken out by <see cref="ForgetAsync"/>.</summary>
    public async Task<Connection> AcceptAsync(TimeSpan? patience = null)
    {
        using CancellationTokenSource expiry = new(patience ?? Connection.Patience, TimeProvider.System);
        try
        {
            return await _accepted.Reader.ReadAsync(expiry.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{Name}: nobody connected within {(patience ?? Connection.Patience).TotalSeconds} s", e);
        }
    }

    /// <summary>The next connection that says something: not one of a check that only connects.</summary>
    public async Task<Connection> AcceptDataAsync()
    {
        while (true)
        {
            var connection = await AcceptAsync();
            if (await connection.SaysSomethingAsync())
            {
                return connection;
            }

            connection.Dispose();
        }
    }

    /// <summary>Waits for the connections of the first checks, and forgets them.</summary>
    public async Task ForgetAsync(int connections)
    {
        await Eventually.HoldsAsync(() => Accepts >= connections, () => $"{Name}: {Accepts} of {connections} checks");
        while (_serve is null && _accepted.Reader.TryRead(out var check))
        {
            check.Dispose();
        }
    }

    /// <summary>Resets all that is established.</summary>
    public void ResetAll()
    {
        foreach (var connection in _open)
        {
            connection.Reset();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await RefuseAsync();
        foreach (var connection in _open)
        {
            connection.Dispose();
        }
    }

    private async Task AcceptingAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync();
                if (socket.ProtocolType == ProtocolType.Tcp)
                {
                    socket.NoDelay = true;
                }

                Connection connection = new(socket);
                _open.Add(connection);
                if (_serve is not null)
                {
                    _ = ServeAsync(connection, _serve);
                }
                else
                {
                    await _accepted.Writer.WriteAsync(connection);
                }

                Interlocked.Increment(ref _accepts);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It refuses from now on.
        }
    }

    private static async Task ServeAsync(Connection connection, Func<Connection, Task> serve)
    {
        try
        {
            await serve(connection);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or TimeoutException)
        {
            // The client has gone, or says nothing for a long time: that is for the test to judge.
        }
        finally
        {
            connection.Dispose();
        }
    }
}
