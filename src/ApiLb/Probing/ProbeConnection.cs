using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace ApiLb.Probing;

/// <summary>An open connection of a check. Owns the socket; whoever holds it closes or aborts it, once.</summary>
internal sealed class ProbeConnection(Socket socket, Stream stream, EndPoint endPoint)
{
    /// <summary>A backend that does not even take a goodbye is not waited for.</summary>
    private static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromMilliseconds(250);

    /// <summary>Where the application's bytes go: the TLS stream if there is TLS.</summary>
    public Stream Stream => stream;

    /// <summary>For looking at, not for use.</summary>
    public Socket Socket => socket;

    public EndPoint EndPoint => endPoint;

    /// <summary>Closes in order, so that the apiserver has nothing to log about it: close_notify, then FIN.</summary>
    public async ValueTask CloseAsync(TimeProvider time)
    {
        try
        {
            if (stream is SslStream tls)
            {
                await tls.ShutdownAsync().WaitAsync(GoodbyeTimeout, time);
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidOperationException or TimeoutException)
        {
            // It is gone already: nobody is left to be polite to.
        }

        await AbortAsync();
    }

    /// <summary>Closes it without a word.</summary>
    public async ValueTask AbortAsync()
    {
        await stream.DisposeAsync();
        socket.Dispose();
    }
}
