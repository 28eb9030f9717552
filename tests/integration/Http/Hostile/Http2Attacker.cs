using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>A client that has agreed on HTTP/2 by ALPN, sends what it likes, reads all the time, and tells what was said to it.</summary>
internal sealed class Http2Attacker : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly string[] Codes =
    [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED", "FRAME_SIZE_ERROR", "REFUSED_STREAM",
        "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM", "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ];

    private readonly CancellationTokenSource _stop = new(Patience, TimeProvider.System);
    private readonly Socket _socket;
    private readonly SslStream _stream;
    private readonly Task<bool> _reading;

    private Http2Attacker(Socket socket, SslStream stream)
    {
        _socket = socket;
        _stream = stream;
        _reading = ReadAsync();
    }

    /// <summary>What the server has said, such as <c>GOAWAY PROTOCOL_ERROR</c>, <c>RST_STREAM REFUSED_STREAM</c>, <c>200</c>; connection care left out.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    /// <summary>The bytes of all bodies.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>The server has closed the connection.</summary>
    public bool HasEnded => _reading.IsCompleted;

    /// <param name="server">With TLS.</param>
    /// <param name="settings">Sent first, after the preface; null: neither is sent.</param>
    public static async Task<Http2Attacker> ConnectAsync(EndPoint server, byte[]? settings)
    {
        Socket socket = new(server.AddressFamily, SocketType.Stream, server is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        await socket.ConnectAsync(server);
        SslStream stream = new(new NetworkStream(socket, ownsSocket: true));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        Http2Attacker attacker = new(socket, stream);
        if (settings is not null)
        {
            await attacker.SendAsync([.. Http2Frame.Preface, .. settings]);
        }

        return attacker;
    }

    /// <returns>False: the connection is closed.</returns>
    public async Task<bool> SendAsync(byte[] bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes, _stop.Token);
            return true;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Sends this again and again until the connection is closed, or so many times.</summary>
    public async Task FloodAsync(int times, Func<int, byte[]> bytes)
    {
        for (var i = 0; i < times && !HasEnded; i++)
        {
            if (!await SendAsync(bytes(i)))
            {
                return;
            }
        }
    }

    /// <summary>Waits until the server has said something, and after a GOAWAY until it has closed the connection too.</summary>
    /// <returns>What it said first, or <c>closed</c>; with <c>open</c> when it did not close.</returns>
    public async Task<string> VerdictAsync()
    {
        while (Heard.IsEmpty && !HasEnded)
        {
            await Task.WhenAny(_reading, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System));
        }

        var first = Heard.FirstOrDefault("closed");
        return !first.StartsWith("GOAWAY", StringComparison.Ordinal) || await _reading ? first : first + " open";
    }

    /// <summary>Waits until the server has closed the connection.</summary>
    /// <returns>What it said last, or <c>closed</c>; with <c>open</c> when it did not close.</returns>
    public async Task<string> EndAsync()
    {
        var isClosed = await _reading;
        return Heard.LastOrDefault("closed") + (isClosed ? "" : " open");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        await _stream.DisposeAsync();
        _socket.Dispose();
        _stop.Dispose();
    }

    /// <returns>True when it was closed by the other side.</returns>
    private async Task<bool> ReadAsync()
    {
        var frame = new byte[64 * 1024];
        try
        {
            while (true)
            {
                await _stream.ReadExactlyAsync(frame.AsMemory(0, 9), _stop.Token);
                var length = BinaryPrimitives.ReadInt32BigEndian(frame) >> 8 & 0xFFFFFF;
                await _stream.ReadExactlyAsync(frame.AsMemory(9, length), _stop.Token);
                Hear(frame.AsSpan(0, 9 + length));
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return true;
        }
    }

    private void Hear(ReadOnlySpan<byte> frame)
    {
        switch (frame[3])
        {
            case Http2Frame.Data:
                BodyBytes += frame.Length - 9;
                break;
            case Http2Frame.Headers:
                Heard.Enqueue(StatusOf(frame[9..]));
                break;
            case Http2Frame.ResetStream:
                Heard.Enqueue("RST_STREAM " + Codes[BinaryPrimitives.ReadInt32BigEndian(frame[9..])]);
                break;
            case Http2Frame.GoAway:
                Heard.Enqueue("GOAWAY " + Codes[BinaryPrimitives.ReadInt32BigEndian(frame[13..])]);
                break;
        }
    }

    /// <summary>The status comes first, and for the usual ones as an index (RFC 7541 appendix A).</summary>
    private static string StatusOf(ReadOnlySpan<byte> block)
    {
        // A change of the table's size may come before it.
        while (block.Length > 1 && (block[0] & 0xE0) == 0x20)
        {
            block = block[1..];
        }

        return block[0] switch
        {
            0x88 => "200",
            0x8C => "400",
            0x8D => "404",
            0x8E => "500",
            0x48 => System.Text.Encoding.ASCII.GetString(block.Slice(2, 3)),
            _ => $"status {Convert.ToHexString(block[..Math.Min(6, block.Length)])}",
        };
    }
}
