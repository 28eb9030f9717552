using System.Net.Sockets;

namespace ApiLb.Probing;

/// <summary>
/// The bytes of a socket that is somebody else's to close. Closing the stream ends a read that is under way, as whoever reads
/// expects of it (SocketsHttpHandler cancels in this way), and leaves the connection as it is: the other side is told nothing.
/// </summary>
internal sealed class LentStream(Socket socket) : NetworkStream(socket, ownsSocket: false)
{
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            EndReads();
        }

        base.Dispose(disposing);
    }

    private void EndReads()
    {
        try
        {
            Socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is over, and so are its reads.
        }
    }
}
