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
            using var status = JsonDocument.Parse(await GetAsync("/v1/status"));
            return status.RootElement.GetProperty("pools")[0].GetProperty("backends").EnumerateArray()
                .ToDictionary(backend => backend.GetProperty("name").GetString()!, backend => backend.GetProperty("status").GetString()!, StringComparer.Ordinal);
        }
        catch (HttpRequestException)
        {
            return new Dictionary<string, string>();
        }
    }

    /// <summary>What a path answers, over a connection of its own.</summary>
    public async Task<string> GetAsync(string path)
    {
        using var client = NewClient();
        return await client.GetStringAsync(new Uri("http://apilb" + path));
    }

    /// <summary>What an order is answered with.</summary>
    public async Task<string> PostAsync(string path)
    {
        using var client = NewClient();
        using var answer = await client.PostAsync(new Uri("http://apilb" + path), content: null);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private HttpClient NewClient() => new(new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(cancellation) });

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
