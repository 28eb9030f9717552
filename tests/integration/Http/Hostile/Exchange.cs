using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>Sends bytes over a connection of its own and tells what came back until the other side closed it.</summary>
internal static partial class Exchange
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    /// <returns>Statuses, <c>closed</c> or <c>body</c>; <c>open</c> at the end when nobody closed the connection.</returns>
    public static async Task<string> VerdictAsync(EndPoint server, string bytes)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, server is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified);
        await socket.ConnectAsync(server);
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        var sending = SendAsync(socket, Encoding.Latin1.GetBytes(bytes), deadline.Token);
        var (answer, isOpen) = await ReceiveAsync(socket, deadline.Token);
        socket.Close();
        await sending;
        var statuses = StatusLine().Matches(answer).Select(match => match.Groups[1].Value).ToArray();
        var verdict = statuses.Length > 0 ? string.Join(' ', statuses) : answer.Length > 0 ? "body" : "closed";
        return isOpen ? verdict + " open" : verdict;
    }

    /// <summary>Whoever refuses early does not read to the end.</summary>
    private static async Task SendAsync(Socket socket, byte[] bytes, CancellationToken stop)
    {
        try
        {
            await socket.SendAsync(bytes, stop);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // What came back says why.
        }
    }

    private static async Task<(string Answer, bool IsOpen)> ReceiveAsync(Socket socket, CancellationToken stop)
    {
        var answer = new StringBuilder();
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, stop) is var count and > 0)
            {
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // A reset is a way to close.
        }
        catch (OperationCanceledException)
        {
            return (answer.ToString(), true);
        }

        return (answer.ToString(), false);
    }

    [GeneratedRegex(@"HTTP/1\.[01] (\d{3})")]
    private static partial Regex StatusLine();
}
