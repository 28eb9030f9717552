using System.Net;
using System.Net.Sockets;

namespace ApiLb.Kubernetes;

/// <summary>
/// Opens TCP connections to apiservers: each connection begins with the next address, and tries some more when one does not take
/// it. Thread-safe.
/// </summary>
/// <param name="addresses">Whom to ask now, in any order; called for each connection.</param>
/// <param name="time">The clock of the deadlines.</param>
internal sealed class ApiConnector(Func<IReadOnlyList<EndPoint>> addresses, TimeProvider time)
{
    private const int MostAttempts = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private int _next = -1;

    /// <exception cref="IOException">Nobody took the connection; the message names all of them.</exception>
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var candidates = addresses();
        var first = (uint)Interlocked.Increment(ref _next);
        var failures = new List<string>();
        for (var i = 0u; i < Math.Min(candidates.Count, MostAttempts); i++)
        {
            var candidate = candidates[(int)((first + i) % (uint)candidates.Count)];
            try
            {
                return await DialAsync(candidate, cancellationToken);
            }
            catch (SocketException e)
            {
                failures.Add($"{candidate}: {e.SocketErrorCode}");
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add($"{candidate}: no answer");
            }
        }

        throw new IOException(failures.Count == 0 ? "there is no address of an apiserver to ask" : string.Join(", ", failures));
    }

    private async Task<Stream> DialAsync(EndPoint address, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(Patience, time, cancellationToken);
        var socket = address is DnsEndPoint
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // A watch is silent for long: a host that vanished must not keep it open.
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 5);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(address, deadline.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
