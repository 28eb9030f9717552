using System.Net.Sockets;
using System.Text;

namespace ApiLb.IntegrationTests.Admin.HaProxy;

/// <summary>A client of a runtime socket, as scripts are.</summary>
internal static class RuntimeSocket
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Sends a line, and reads to the end.</summary>
    public static async Task<string> AskAsync(string path, string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), patience.Token);
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), patience.Token);
        await using NetworkStream stream = new(socket);
        socket.Shutdown(SocketShutdown.Send);
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(patience.Token);
    }

    /// <summary><c>show stat</c>: for each row, by proxy and server, its fields by column.</summary>
    public static async Task<Dictionary<string, Dictionary<string, string>>> StatAsync(string path)
    {
        var lines = (await AskAsync(path, "show stat\n")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var columns = lines[0].TrimStart('#', ' ').Split(',');
        return lines.Skip(1).Select(l => l.Split(','))
            .ToDictionary(l => $"{l[0]}/{l[1]}", l => columns.Zip(l).Where(f => f.First.Length > 0).ToDictionary(f => f.First, f => f.Second));
    }
}
