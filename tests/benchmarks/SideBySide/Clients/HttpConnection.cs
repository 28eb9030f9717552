using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ApiLb.Benchmarks.SideBySide.Clients;

/// <summary>One keep-alive HTTP/1.1 connection that costs its process next to nothing while idle; bodies are counted and dropped.</summary>
internal sealed class HttpConnection : IAsyncDisposable
{
    private const int MaximumHeaderBytes = 4096;

    private readonly Socket _socket;
    private readonly Stream _stream;

    private HttpConnection(Socket socket, Stream stream)
    {
        _socket = socket;
        _stream = stream;
    }

    /// <summary>Nobody has said anything since the last answer, not even that it is over.</summary>
    public bool IsSilent => !_socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    /// <param name="endPoint">Where to connect.</param>
    /// <param name="certificate">The only certificate to accept; null for plain text.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async Task<HttpConnection> ConnectAsync(IPEndPoint endPoint, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new HttpConnection(socket, await WrapAsync(new NetworkStream(socket, ownsSocket: true), certificate, cancellationToken));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Gets <paramref name="path"/> and returns the number of body bytes.</summary>
    /// <exception cref="IOException">The answer is not a 200 with a Content-Length, or the connection ended before the answer did.</exception>
    public async Task<long> GetAsync(string path, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n"), cancellationToken);

        var (headerBytes, received) = await ReadHeaderAsync(buffer, cancellationToken);
        var length = ParseContentLength(Encoding.ASCII.GetString(buffer.Span[..headerBytes]));
        for (var remaining = length - (received - headerBytes); remaining > 0;)
        {
            var count = await _stream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, remaining)], cancellationToken);
            remaining -= count > 0 ? count : throw new EndOfStreamException("The connection ended within the body.");
        }

        return length;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private static async Task<Stream> WrapAsync(NetworkStream stream, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        if (certificate is null)
        {
            return stream;
        }

        var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, presented, _, _) => certificate.Equals(presented));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "bench" }, cancellationToken);
        return tls;
    }

    private async Task<(int HeaderBytes, int Received)> ReadHeaderAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        for (var received = 0; received < MaximumHeaderBytes;)
        {
            var count = await _stream.ReadAsync(buffer[received..], cancellationToken);
            received += count > 0 ? count : throw new EndOfStreamException("The connection ended before the answer.");
            var end = buffer.Span[..received].IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                return (end + 4, received);
            }
        }

        throw new InvalidDataException("The answer's header is too long.");
    }

    private static long ParseContentLength(string header)
    {
        const string Name = "\r\nContent-Length: ";
        var start = header.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
        return header.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) && start >= Name.Length
            ? long.Parse(header[start..header.IndexOf('\r', start)], CultureInfo.InvariantCulture)
            : throw new InvalidDataException($"Not a 200 with a length: {header[..Math.Min(header.Length, 80)]}");
    }
}
