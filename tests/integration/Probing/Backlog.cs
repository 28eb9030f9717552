using System.Net;
using System.Net.Sockets;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>Fills a listener's queue, so that the kernel drops further SYNs as if the host were gone.</summary>
internal sealed class Backlog : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public static async Task<Backlog> FillAsync(IPEndPoint endPoint)
    {
        Backlog backlog = new();
        using CancellationTokenSource noAnswer = new();
        while (!noAnswer.IsCancellationRequested)
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            backlog._sockets.Add(socket);
            try
            {
                noAnswer.CancelAfter(TimeSpan.FromMilliseconds(300));
                await socket.ConnectAsync(endPoint, noAnswer.Token);
            }
            catch (OperationCanceledException)
            {
                // Full.
            }
        }

        return backlog;
    }

    public void Dispose() => _sockets.ForEach(s => s.Dispose());
}
