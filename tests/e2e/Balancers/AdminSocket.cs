using System.Net.Sockets;
using System.Text.Json;

namespace ApiLb.EndToEndTests.Balancers;

/// <summary>Asks a daemon over its admin socket, as scripts do. A path has no network namespace.</summary>
internal sealed class AdminSocket(string path)
{
    /// <summary>The state of every backend of the first pool, by its name; empty while the daemon does not answer.</summary>
    public async Task<IReadOnlyDictionary<string, string>> MembersAsync()
    {
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(cancellation) });
            using var status = JsonDocument.Parse(await client.GetStringAsync(new Uri("http://apilb/v1/status")));
            return status.RootElement.GetProperty("pools")[0].GetProperty("backends").EnumerateArray()
                .ToDictionary(backend => backend.GetProperty("name").GetString()!, backend => backend.GetProperty("status").GetString()!, StringComparer.Ordinal);
        }
        catch (HttpRequestException)
        {
            return new Dictionary<string, string>();
        }
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
