using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>An apiserver that does what the test tells it to, down to the byte. Listens on a free port of the loopback.</summary>
internal sealed class FakeApiserver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpListener _listener;
    private readonly X509Certificate2? _certificate;
    private readonly List<Task> _connections = [];
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly Task _accepting;
    private int _accepts;
    private int _requests;
    private bool _isDisposed;

    public FakeApiserver(X509Certificate2? certificate, int port = 0)
    {
        _certificate = certificate;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Accepts => Volatile.Read(ref _accepts);

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>The head of the last request.</summary>
    public string LastRequest { get; private set; } = "";

    /// <summary>What a client sent, below TLS, over the connection that ended last; null while none has.</summary>
    public byte[]? LastConversation { get; private set; }

    /// <summary>Answers one request; false: hang up. Given the number of the request on its connection, from 1.</summary>
    public Func<Stream, int, CancellationToken, Task<bool>> Answer { get; set; } = Answers.Ok;

    /// <summary>Answers to some paths instead of <see cref="Answer"/>.</summary>
    public ConcurrentDictionary<string, Func<Stream, int, CancellationToken, Task<bool>>> Paths { get; } = [];

    /// <summary>Asks clients for a certificate, and takes any.</summary>
    public bool WantsClientCertificate { get; set; }

    /// <summary>The subject of the last client that showed a certificate.</summary>
    public string? LastClient { get; private set; }

    /// <summary>Replaces TLS and HTTP.</summary>
    public Func<Socket, CancellationToken, Task>? Raw { get; set; }

    /// <summary>1.2 unless told otherwise, so that an alert can be told from data without the keys.</summary>
    public SslProtocols TlsVersion { get; set; } = SslProtocols.Tls12;

    /// <summary>The one that is agreed to in ALPN.</summary>
    public SslApplicationProtocol Protocol { get; set; } = SslApplicationProtocol.Http11;

    /// <summary>How connections end that <see cref="Answer"/> hangs up.</summary>
    public bool HangsUpWithReset { get; set; }

    /// <summary>From now on its kernel ignores SYNs, as that of an overloaded host does.</summary>
    public void IgnoreNewConnections() => PacketDrop.Attach(_listener.Server);

    /// <summary>Ends <see cref="IgnoreNewConnections"/>.</summary>
    public void TakeNewConnections() => PacketDrop.Detach(_listener.Server);

    /// <summary>From now on its kernel ignores what comes over the connections that are open.</summary>
    public async Task IgnoreOpenConnectionsAsync()
    {
        // Whoever still waits for an acknowledgement would go on sending, which a host that is gone does not.
        await Eventually.HoldsAsync(
            () => _sockets.All(s => ApiLb.Probing.TcpVitals.Read(s) is null or { Unacknowledged: 0 }), () => "data is on its way");
        foreach (var socket in _sockets)
        {
            PacketDrop.Attach(socket);
        }
    }

    /// <summary>From now on its kernel ignores everything, as if the host were gone.</summary>
    public async Task VanishAsync()
    {
        IgnoreNewConnections();
        await IgnoreOpenConnectionsAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _certificate?.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _accepts);
                _sockets.Add(socket);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var closing = socket;
        try
        {
            if (Raw is { } raw)
            {
                await raw(socket, _stop.Token);
                return;
            }

            await using RecordingStream recording = new(new NetworkStream(socket));
            await ServeAsync(recording);
            LastConversation = recording.Received;
            if (HangsUpWithReset)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            // A client that left, or the end of the test.
        }
    }

    private async Task ServeAsync(Stream recording)
    {
        Stream stream = recording;
        if (_certificate is not null)
        {
            SslStream tls = new(recording);
            SslServerAuthenticationOptions options = new()
            {
                ServerCertificate = _certificate,
                EnabledSslProtocols = TlsVersion,
                ApplicationProtocols = [Protocol],
                ClientCertificateRequired = WantsClientCertificate,
                RemoteCertificateValidationCallback = (_, client, _, errors) =>
                {
                    LastClient = client?.Subject ?? LastClient;
                    return errors != SslPolicyErrors.RemoteCertificateNameMismatch;
                },
            };
            await tls.AuthenticateAsServerAsync(options, _stop.Token);
            stream = tls;
        }

        for (var request = 1; await ReadHeadAsync(stream) is { } head; request++)
        {
            LastRequest = head;
            Interlocked.Increment(ref _requests);
            if (!await Paths.GetValueOrDefault(head.Split(' ')[1], Answer)(stream, request, _stop.Token))
            {
                return;
            }
        }
    }

    private async Task<string?> ReadHeadAsync(Stream stream)
    {
        var buffer = new byte[4096];
        for (var length = 0; ;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
            length += read;
            if (read == 0)
            {
                return null;
            }

            if (buffer.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
            {
                return Encoding.ASCII.GetString(buffer, 0, length);
            }
        }
    }
}
