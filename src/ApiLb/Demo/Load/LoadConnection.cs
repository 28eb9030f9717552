using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Probing;

namespace ApiLb.Demo.Load;

/// <summary>One connection of a client as kubectl is one: TLS through the balancer, verified against the cluster's CA.</summary>
internal sealed class LoadConnection : IDisposable
{
    /// <summary>Longer than the balancer takes to give up, so that a failure is the balancer's answer and not our impatience.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);

    private readonly IPEndPoint _server;
    private readonly HttpMessageInvoker _invoker;
    private FirstByteStream? _bytes;

    public LoadConnection(IPEndPoint server, X509Certificate2 authority)
    {
        _server = server;
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trusting(authority) },
            ConnectCallback = async (_, cancellation) => _bytes = await ConnectAsync(cancellation),
        });
    }

    /// <summary>Asks once. The connection stays open until it is disposed of.</summary>
    public async Task<LoadAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            using var response = await _invoker.SendAsync(Request(path), deadline.Token);
            await response.Content.CopyToAsync(Stream.Null, deadline.Token);
            return response.IsSuccessStatusCode
                ? new LoadAnswer(LoadResult.Answered, "")
                : new LoadAnswer(LoadResult.Failed, $"HTTP {(int)response.StatusCode}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var reason = e is OperationCanceledException ? "no answer in time" : (e.InnerException ?? e).Message;

            // Once a backend has spoken the balancer cannot move the connection: the backend's end is the request's end.
            return new LoadAnswer(_bytes is { HasReceived: true } ? LoadResult.Cut : LoadResult.Failed, reason);
        }
    }

    /// <summary>Opens a stream that the server does not end, and reads it until it ends all the same.</summary>
    /// <param name="path">What to watch.</param>
    /// <param name="opened">Called when the server has answered.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>False when it never opened.</returns>
    public async Task<bool> WatchAsync(string path, Action opened, CancellationToken cancellationToken)
    {
        var hasOpened = false;
        try
        {
            using var response = await _invoker.SendAsync(Request(path), cancellationToken);
            opened();
            hasOpened = true;
            await response.Content.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            // The end of every watch: its backend went away.
        }

        return hasOpened;
    }

    public void Dispose() => _invoker.Dispose();

    private static X509ChainPolicy Trusting(X509Certificate2 authority) => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { authority },
        RevocationMode = X509RevocationMode.NoCheck,
    };

    private HttpRequestMessage Request(string path) => new(HttpMethod.Get, new Uri($"https://{_server}{path}"));

    private async ValueTask<FirstByteStream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_server, cancellationToken);
            return new FirstByteStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
