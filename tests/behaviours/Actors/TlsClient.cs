using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A client of an apiserver: HTTP/1.1 over TLS, on one connection.</summary>
internal sealed class TlsClient : IDisposable
{
    private readonly SslStream _tls;
    private readonly StreamReader _reader;

    private TlsClient(SslStream tls) => (_tls, _reader) = (tls, new StreamReader(tls, Encoding.Latin1));

    /// <param name="socket">Connected; belongs to the client from now on.</param>
    /// <param name="serverName">What it asks for.</param>
    public static async Task<TlsClient> StartAsync(Socket socket, string serverName = Authority.Name)
    {
        SslStream tls = new(new NetworkStream(socket, ownsSocket: true));
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = serverName,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null, // Whose it is does not matter to these tests.
        };
        try
        {
            await tls.AuthenticateAsClientAsync(options).WaitAsync(Connection.Patience, TimeProvider.System);
            return new TlsClient(tls);
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name of the apiserver at the other end.</summary>
    public Task<string> WhoAsync() => GetAsync("/who");

    /// <summary>Is it still served by this one; false when the connection has ended.</summary>
    public async Task<bool> AnswersAsync(string name)
    {
        try
        {
            return await WhoAsync() == name;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Begins an answer that has no end, and returns when its first line has come.</summary>
    public Task<string> WatchAsync() => GetAsync("/watch");

    /// <summary>Waits until the connection ends, whichever way.</summary>
    public async Task EndAsync(TimeSpan patience)
    {
        try
        {
            await _reader.ReadToEndAsync().WaitAsync(patience, TimeProvider.System);
        }
        catch (Exception e) when (e is IOException)
        {
            // Reset.
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _tls.Dispose();
    }

    private async Task<string> GetAsync(string path)
    {
        await _tls.WriteAsync(Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nHost: kubernetes\r\n\r\n"));
        while (await LineAsync() is { Length: > 0 })
        {
        }

        return await LineAsync();
    }

    private async Task<string> LineAsync() =>
        await _reader.ReadLineAsync().WaitAsync(Connection.Patience, TimeProvider.System) ?? throw new EndOfStreamException("the connection ended before the answer");
}
