using System.Net.Sockets;

namespace ApiLb.BehaviourTests.Network;

/// <summary>HTTP to a server in a test's own namespace.</summary>
internal static class LocalHttp
{
    public static HttpClient On(TestHost host)
    {
        SocketsHttpHandler handler = new()
        {
            PooledConnectionLifetime = TimeSpan.Zero,
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
