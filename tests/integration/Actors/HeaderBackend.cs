using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Probing;
using ApiLb.ProxyProtocol;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>
/// A backend that requires a PROXY header, and says to each client what the header told: unasked, or behind each line asked.
/// </summary>
internal sealed class HeaderBackend : IAsyncDisposable
{
    private readonly bool _speaksFirst;
    private readonly X509Certificate2? _certificate;
    private readonly AcceptingServer _server;
    private int _headers;
    private int _locals;

    /// <param name="name">The backend's.</param>
    /// <param name="speaksFirst">Does not wait for the client's line.</param>
    /// <param name="ca">TLS begins behind the header.</param>
    public HeaderBackend(string name, bool speaksFirst = false, ClusterCa? ca = null)
    {
        _speaksFirst = speaksFirst;
        _certificate = ca?.Issue("localhost", "127.0.0.1");
        _server = new AcceptingServer(ServeAsync, 0);
        Options = new BackendOptions { Name = name, Address = new BackendAddress("127.0.0.1", _server.Port) };
    }

    public BackendOptions Options { get; }

    public int Accepts => _server.Accepts;

    /// <summary>Connections with a header that names a client.</summary>
    public int Headers => Volatile.Read(ref _headers);

    /// <summary>Connections with a header that names nobody: checks, and clients without an address.</summary>
    public int Locals => Volatile.Read(ref _locals);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate?.Dispose();
    }

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        var header = await ReadHeaderAsync(socket, stop);
        Interlocked.Increment(ref header.Source is null ? ref _locals : ref _headers);
        await using Stream stream = new NetworkStream(socket);
        var told = $"v{header.Version} {Text(header.Source)} {Text(header.Destination)}";
        if (_certificate is null)
        {
            await TalkAsync(stream, told, stop);
            return;
        }

        await using SslStream tls = new(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, stop);
        await TalkAsync(tls, told, stop);
    }

    private async Task TalkAsync(Stream stream, string told, CancellationToken stop)
    {
        if (_speaksFirst)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(told + "\n"), stop);
        }

        using StreamReader reader = new(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{line} {told}\n"), stop);
        }
    }

    /// <summary>Byte by byte, as a parser that peeks cannot: what follows the header is not this method's.</summary>
    private static async Task<ProxyHeader> ReadHeaderAsync(Socket socket, CancellationToken stop)
    {
        var bytes = new byte[ProxyHeaderParser.MaxLength];
        for (var length = 0; ; length++)
        {
            if (await socket.ReceiveAsync(bytes.AsMemory(length, 1), stop) == 0)
            {
                throw new IOException("ended within its PROXY header");
            }

            switch (ProxyHeaderParser.Parse(bytes.AsSpan(0, length + 1), out var header, out var fault))
            {
                case ProxyHeaderStatus.Complete:
                    return header;
                case ProxyHeaderStatus.Invalid:
                    throw new IOException($"no PROXY header: {fault}");
            }
        }
    }

    private static string Text(IPEndPoint? endPoint) => endPoint?.ToString() ?? "nobody";
}
