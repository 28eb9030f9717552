using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A client with a plain connection, which waits for nothing longer than its patience.</summary>
internal sealed class Client : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Socket _socket;
    private readonly StringBuilder _received = new();

    private Client(Socket socket) => _socket = socket;

    public EndPoint? LocalEndPoint => _socket.LocalEndPoint;

    /// <param name="endPoint">The load balancer.</param>
    /// <param name="source">The client's own address, such as 127.0.0.2; null: the kernel's choice.</param>
    public static async Task<Client> ConnectAsync(EndPoint endPoint, IPAddress? source = null)
    {
        var isUnix = endPoint is UnixDomainSocketEndPoint;
        Socket socket = new(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!isUnix)
        {
            socket.NoDelay = true;
        }

        if (source is not null)
        {
            socket.Bind(new IPEndPoint(source, 0));
        }

        await Deadline(socket.ConnectAsync(endPoint), "no connection");
        return new Client(socket);
    }

    /// <summary>Connects, says nothing and waits for the end. A reset may come before the connect call has returned.</summary>
    public static async Task<ConnectionEnd> EndOfSilentAsync(EndPoint endPoint, IPAddress? source = null)
    {
        try
        {
            using var client = await ConnectAsync(endPoint, source);
            return await client.EndAsync();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return ConnectionEnd.Reset;
        }
    }

    /// <summary>Sends the shortest ClientHello: TLS 1.2, one cipher suite, no extensions.</summary>
    public Task SendHelloAsync() => SendAsync([22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3, .. new byte[32], 0, 0, 2, 0x13, 0x01, 1, 0]);

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(byte[] bytes) => await Deadline(_socket.SendAsync(bytes), "the other side takes no bytes");

    /// <summary>Asks, and waits for the answer: the backend's name and the question.</summary>
    public async Task<string> AskAsync(string question)
    {
        await SendAsync(question + "\n");
        return await ReadLineAsync();
    }

    /// <summary>The name of the backend at the other end.</summary>
    public async Task<string> WhoAsync() => (await AskAsync("who")).Split(' ')[0];

    public async Task<string> ReadLineAsync()
    {
        while (true)
        {
            var text = _received.ToString();
            if (text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
            {
                _received.Remove(0, end + 1);
                return text[..end];
            }

            if (await ReceiveAsync() == 0)
            {
                throw new EndOfStreamException($"ended after '{text}'");
            }
        }
    }

    /// <summary>Reads to the end; <see cref="Received"/> tells what came before it.</summary>
    public async Task<ConnectionEnd> EndAsync()
    {
        try
        {
            while (await ReceiveAsync() > 0)
            {
            }

            return ConnectionEnd.Eof;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return ConnectionEnd.Reset;
        }
    }

    public string Received() => _received.ToString();

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset() => _socket.Close(0);

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReceiveAsync()
    {
        var buffer = new byte[65536];
        var length = await Deadline(_socket.ReceiveAsync(buffer), $"nothing after '{_received}'");
        _received.Append(Encoding.UTF8.GetString(buffer, 0, length));
        return length;
    }

    private static async Task Deadline(Task task, string seen) => await Deadline(ToResult(task), seen);

    private static async Task<T> Deadline<T>(Task<T> task, string seen)
    {
        try
        {
            return await task.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"after {Patience.TotalSeconds} s: {seen}", e);
        }
    }

    private static async Task<bool> ToResult(Task task)
    {
        await task;
        return true;
    }
}
