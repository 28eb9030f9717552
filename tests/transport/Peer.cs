using System.Net;
using System.Net.Sockets;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>One end of a connection in the hands of a test: a client of the balancer, or a backend's side of a relay.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    public Socket Socket => socket;

    public EndPoint? LocalEndPoint => socket.LocalEndPoint;

    public static async Task<Peer> ConnectAsync(EndPoint address, int receiveBuffer = 0)
    {
        var socket = NewSocket(address);
        if (receiveBuffer > 0)
        {
            socket.ReceiveBufferSize = receiveBuffer;
        }

        await socket.ConnectAsync(address).InTime();
        return new Peer(socket);
    }

    public static Socket NewSocket(EndPoint address)
    {
        var isUnix = address is UnixDomainSocketEndPoint;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (!isUnix)
        {
            socket.NoDelay = true;
        }

        return socket;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None).InTime()..];
        }
    }

    public async Task SendWithFinAsync(ReadOnlyMemory<byte> bytes)
    {
        await SendAsync(bytes);
        FinishSending();
    }

    /// <summary>FIN: no more will come, the answer may.</summary>
    public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>RST.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        for (var filled = 0; filled < count;)
        {
            var length = await socket.ReceiveAsync(bytes.AsMemory(filled), SocketFlags.None).InTime();
            Assert.True(length > 0, $"expected {count} bytes; the stream ended after {filled}");
            filled += length;
        }

        return bytes;
    }

    /// <summary>Everything until the end, and what the end was.</summary>
    public async Task<(byte[] Bytes, StreamEnd End)> ReadToEndAsync()
    {
        using var bytes = new MemoryStream();
        var chunk = new byte[64 * 1024];
        while (true)
        {
            var (length, end) = await ReadOnceAsync(chunk);
            if (end is not null)
            {
                return (bytes.ToArray(), end.Value);
            }

            bytes.Write(chunk, 0, length);
        }
    }

    /// <summary>These bytes, then this end, and nothing else.</summary>
    public async Task GetsAsync(byte[] expected, StreamEnd expectedEnd)
    {
        var (bytes, end) = await ReadToEndAsync();
        Assert.Equal(expectedEnd, end);
        Assert.True(bytes.AsSpan().SequenceEqual(expected), $"{bytes.Length} bytes arrived, other than the {expected.Length} that were sent");
    }

    /// <summary>The end, which must be all that is left.</summary>
    public async Task<StreamEnd> EndAsync()
    {
        var (bytes, end) = await ReadToEndAsync();
        Assert.Empty(bytes);
        return end;
    }

    /// <summary>Waits until the connection is dead, also when its stream has ended before.</summary>
    public Task IsResetAsync() => Eventually.SeesAsync(
        () => socket.Poll(0, SelectMode.SelectError), isReset => isReset, "a reset connection");

    public async Task<(int Length, StreamEnd? End)> ReadOnceAsync(Memory<byte> chunk)
    {
        try
        {
            var length = await socket.ReceiveAsync(chunk, SocketFlags.None).InTime();
            return (length, length == 0 ? StreamEnd.Fin : null);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            return (0, StreamEnd.Reset);
        }
    }

    public void Dispose() => socket.Dispose();
}
