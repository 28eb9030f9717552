using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>One end of a connection, a client's or a backend's, which waits for nothing longer than its patience.</summary>
/// <param name="socket">Connected; belongs to this object.</param>
internal sealed partial class Connection(Socket socket) : IDisposable
{
    private readonly StringBuilder _received = new();

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public Socket Socket => socket;

    public IPEndPoint Local => (IPEndPoint)(socket.LocalEndPoint ?? throw new InvalidOperationException("not connected"));

    public IPEndPoint Remote => (IPEndPoint)(socket.RemoteEndPoint ?? throw new InvalidOperationException("not connected"));

    /// <summary>What has been read and not been taken.</summary>
    public string Received => _received.ToString();

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await WithinAsync(socket.SendAsync(bytes).AsTask(), "the other side takes no bytes")..];
        }
    }

    /// <summary>Asks, and waits for the answer: the backend's name and the question.</summary>
    public async Task<string> AskAsync(string question)
    {
        await SendAsync(question + "\n");
        return await ReadLineAsync();
    }

    /// <summary>The name of the backend at the other end.</summary>
    public async Task<string> WhoAsync() => (await AskAsync("who")).Split(' ')[0];

    public async Task<string> ReadLineAsync(TimeSpan? patience = null)
    {
        while (true)
        {
            var text = _received.ToString();
            if (text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end)
            {
                _received.Remove(0, end + 1);
                return text[..end];
            }

            await ReadMoreAsync(patience);
        }
    }

    /// <summary>Waits for the first bytes; false when it ends without any.</summary>
    public async Task<bool> SaysSomethingAsync()
    {
        try
        {
            return await ReceiveAsync(null) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Exactly so many characters of one byte each.</summary>
    public async Task<string> ReadAsync(int length)
    {
        while (_received.Length < length)
        {
            await ReadMoreAsync(null);
        }

        var text = _received.ToString(0, length);
        _received.Remove(0, length);
        return text;
    }

    /// <summary>Reads to the end; <see cref="Received"/> has what came before it.</summary>
    public async Task<Ending> EndAsync(TimeSpan? patience = null)
    {
        try
        {
            while (await ReceiveAsync(patience) > 0)
            {
            }

            return Ending.Finished;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown or SocketError.TimedOut)
        {
            return Ending.Reset;
        }
    }

    /// <summary>Waits until the other side takes nothing any more: beyond the end of what it said, it is closed.</summary>
    public Task IsClosedAsync() => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                await SendAsync("?");
                return false;
            }
            catch (SocketException)
            {
                return true;
            }
        },
        () => "the other side still takes bytes");

    public void Finish() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>
    /// Closes with RST. By connect(2) to nowhere: .NET's own way, lingering for no time, begins with a FIN when something is being sent or received.
    /// </summary>
    public void Reset()
    {
        ReadOnlySpan<byte> nowhere = stackalloc byte[16]; // AF_UNSPEC
        try
        {
            _ = connect(socket.SafeHandle, nowhere, nowhere.Length);
            socket.Close(0);
        }
        catch (ObjectDisposedException)
        {
            // Closed already.
        }
    }

    public void Dispose() => socket.Dispose();

    private async Task ReadMoreAsync(TimeSpan? patience)
    {
        if (await ReceiveAsync(patience) == 0)
        {
            throw new EndOfStreamException($"ended after '{_received}'");
        }
    }

    private async Task<int> ReceiveAsync(TimeSpan? patience)
    {
        var buffer = new byte[65536];
        var length = await WithinAsync(socket.ReceiveAsync(buffer), $"nothing more after {_received.Length} B", patience);
        _received.Append(Encoding.Latin1.GetString(buffer, 0, length));
        return length;
    }

    private static async Task<T> WithinAsync<T>(Task<T> task, string seen, TimeSpan? patience = null)
    {
        try
        {
            return await task.WaitAsync(patience ?? Patience, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"after {(patience ?? Patience).TotalSeconds} s: {seen}", e);
        }
    }

    [LibraryImport("libc")]
    private static partial int connect(SafeSocketHandle socket, ReadOnlySpan<byte> address, int length);
}
