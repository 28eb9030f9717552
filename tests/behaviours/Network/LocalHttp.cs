using System.Net.Sockets;

namespace ApiLb.BehaviourTests.Network;

/// <summary>HTTP to a server in a test's own namespace.</summary>
internal static class LocalHttp
{
    /// <param name="host">Where the server is.</param>
    /// <param name="keeps">Keeps the connection for the next request.</param>
    public static HttpClient On(TestHost host, bool keeps = false)
    {
        SocketsHttpHandler handler = new()
        {
            PooledConnectionLifetime = keeps ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = host.CreateSocket(AddressFamily.InterNetwork);
                await socket.ConnectAsync(context.DnsEndPoint, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(10) };
    }
}
