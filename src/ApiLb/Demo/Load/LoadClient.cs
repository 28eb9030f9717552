using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Probing;

namespace ApiLb.Demo.Load;

/// <summary>A client as kubectl is one: a new TLS connection through the balancer, verified against the cluster's CA.</summary>
internal sealed class LoadClient(IPEndPoint server, X509Certificate2 authority)
{
    /// <summary>Longer than the balancer takes to give up, so that a failure is the balancer's answer and not our impatience.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);

    /// <summary>Asks once, on a connection of its own.</summary>
    public async Task<LoadAnswer> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        FirstByteStream? bytes = null;
        using var invoker = NewConnection(stream => bytes = stream);
        try
        {
            using var response = await invoker.SendAsync(Request(path), deadline.Token);
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
            return new LoadAnswer(bytes is { HasReceived: true } ? LoadResult.Cut : LoadResult.Failed, reason);
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
        using var invoker = NewConnection(_ => { });
        try
        {
            using var response = await invoker.SendAsync(Request(path), cancellationToken);
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

    private HttpRequestMessage Request(string path) => new(HttpMethod.Get, new Uri($"https://{server}{path}"));

    private HttpMessageInvoker NewConnection(Action<FirstByteStream> connected) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { authority },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
        ConnectCallback = async (_, cancellation) =>
        {
            var stream = await ConnectAsync(cancellation);
            connected(stream);
            return stream;
        },
    });

    private async ValueTask<FirstByteStream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellationToken);
            return new FirstByteStream(new NetworkStream(socket, ownsSocket: true));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
