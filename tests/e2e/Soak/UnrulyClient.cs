using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>One client that does not go by the book, on one connection.</summary>
internal sealed class UnrulyClient(TlsClient client, TimeSpan stall) : IDisposable
{
    // As in TlsClient: longer than anything that the balancer may take.
    private static readonly TimeSpan HandshakeDeadline = TimeSpan.FromSeconds(30);

    // The beginning of a ClientHello: a handshake record of 512 bytes (RFC 8446, section 5.1), of which no more will come.
    private static readonly byte[] HelloStart = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03];

    private readonly Socket _socket = LabHost.Client.Namespace.CreateSocket();
    private readonly byte[] _buffer = new byte[16 * 1024];

    /// <summary>True once an apiserver has spoken: what breaks from then on, no balancer can mend.</summary>
    public bool HasMet { get; private set; }

    /// <summary>Behaves so, to the end. Throws what a network does.</summary>
    public async Task BehaveAsync(UnrulyKind kind, CancellationToken cancellation)
    {
        await _socket.ConnectAsync(client.Target, cancellation);
        await (kind switch
        {
            UnrulyKind.Silent => WaitForResetAsync(cancellation),
            UnrulyKind.CutsHello => CutHelloAsync(cancellation),
            UnrulyKind.Aborts => AbortAsync(cancellation),
            UnrulyKind.HalfCloses => HalfCloseAsync(cancellation),
            _ => StallAsync(cancellation),
        });
    }

    public void Dispose() => _socket.Dispose();

    private async Task WaitForResetAsync(CancellationToken cancellation)
    {
        try
        {
            var count = await _socket.ReceiveAsync(_buffer, cancellation);
            throw new InvalidOperationException($"a client that said nothing got {count} bytes and no reset");
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
        }
    }

    private async Task CutHelloAsync(CancellationToken cancellation)
    {
        await _socket.SendAsync(HelloStart, cancellation);
        Reset();
    }

    private async Task AbortAsync(CancellationToken cancellation)
    {
        await using var tls = await OpenAsync(cancellation);
        await AskAsync(tls, "/version", cancellation);
        Reset();
    }

    private async Task HalfCloseAsync(CancellationToken cancellation)
    {
        await using var tls = await OpenAsync(cancellation);
        await AskAsync(tls, "/version", cancellation);
        _socket.Shutdown(SocketShutdown.Send);
        while (await _socket.ReceiveAsync(_buffer, cancellation) > 0)
        {
        }
    }

    private async Task StallAsync(CancellationToken cancellation)
    {
        await using var tls = await OpenAsync(cancellation);
        await AskAsync(tls, "/openapi/v2", cancellation);
        var head = await tls.ReadAsync(_buffer, cancellation);
        var (start, length) = BodyIn(Encoding.ASCII.GetString(_buffer, 0, head));
        await Task.Delay(stall, TimeProvider.System, cancellation);
        var got = head - start;
        for (var count = 1; count > 0; got += count)
        {
            count = await tls.ReadAsync(_buffer, cancellation);
        }

        if (got != length)
        {
            throw new IOException($"a stalled answer ended after {got} of {length} bytes");
        }
    }

    private static (int Start, int Length) BodyIn(string answer)
    {
        var length = answer.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))?[16..];
        return length is null
            ? throw new IOException($"the answer began with {answer.Length} characters: '{answer}'")
            : (answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4, int.Parse(length, CultureInfo.InvariantCulture));
    }

    private async Task<SslStream> OpenAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(HandshakeDeadline);
        var wire = new FirstByteStream(new NetworkStream(_socket, ownsSocket: false));
        var tls = new SslStream(wire);
        try
        {
            await tls.AuthenticateAsClientAsync(client.Credentials.OptionsFor(client.Target.Address.ToString(), authenticate: true), deadline.Token);
            return tls;
        }
        catch (OperationCanceledException expired) when (!cancellation.IsCancellationRequested)
        {
            await tls.DisposeAsync();
            throw new AuthenticationException("no handshake in time", expired);
        }
        finally
        {
            HasMet = wire.HasReceived;
        }
    }

    private static async Task AskAsync(SslStream tls, string path, CancellationToken cancellation) => await tls.WriteAsync(
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: kubernetes\r\nUser-Agent: apilb-e2e\r\nConnection: close\r\n\r\n"), cancellation);

    private void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }
}
