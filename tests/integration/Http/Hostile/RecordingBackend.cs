using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>A backend that keeps every whole request that reaches it, and answers it with <c>ok</c>. It forgives nothing that it cannot frame.</summary>
internal sealed class RecordingBackend : IAsyncDisposable
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray();

    private readonly AcceptingServer _server;

    public RecordingBackend() => _server = new AcceptingServer(ServeAsync, 0);

    public int Port => _server.Port;

    public BackendOptions Options => new() { Name = "recorder", Address = new BackendAddress("127.0.0.1", Port) };

    /// <summary>Heads of the requests whose bodies came to their end.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        var received = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer, stop) is var count and > 0)
        {
            received.Append(Encoding.Latin1.GetString(buffer, 0, count));
            while (LengthOf(received.ToString()) is { } length)
            {
                var request = received.ToString(0, length);
                received.Remove(0, length);
                Requests.Enqueue(request[..request.IndexOf("\r\n\r\n", StringComparison.Ordinal)]);
                await socket.SendAsync(Answer, stop);
            }
        }
    }

    /// <summary>Of the first request, if it is all there.</summary>
    private static int? LengthOf(string text)
    {
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        if (head < 4)
        {
            return null;
        }

        var lines = text[..head].Split("\r\n");
        if (ValueOf(lines, "Transfer-Encoding") is not null)
        {
            var end = text.IndexOf("\r\n0\r\n", head - 2, StringComparison.Ordinal);
            var after = end < 0 ? -1 : text.IndexOf("\r\n\r\n", end, StringComparison.Ordinal);
            return after < 0 ? null : after + 4;
        }

        var body = ValueOf(lines, "Content-Length") is { } value ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : 0;
        return text.Length >= head + body ? head + body : null;
    }

    private static string? ValueOf(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
