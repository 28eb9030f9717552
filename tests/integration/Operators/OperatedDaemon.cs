using System.Net.Sockets;
using System.Text.Json;
using ApiLb.Admin;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;

namespace ApiLb.IntegrationTests.Operators;

/// <summary>Two backends behind the daemon, an admin socket and a state directory of their own. Can be restarted.</summary>
internal sealed class OperatedDaemon : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("apilb");
    private readonly NamedBackend[] _backends = [new("cp1"), new("cp2")];
    private RunningDaemon? _running;
    private ApiLbOptions? _options;

    public RunningDaemon Running => _running ?? throw new InvalidOperationException("not started");

    public string SocketPath => Path.Combine(_directory.FullName, "admin.sock");

    public static async Task<OperatedDaemon> StartAsync(Func<ApiLbOptions, ApiLbOptions>? change = null)
    {
        OperatedDaemon operated = new();
        await operated.BeginAsync(change);
        return operated;
    }

    public async Task RestartAsync()
    {
        await Running.DisposeAsync();
        await BeginAsync(null);
    }

    /// <summary>Changes the file and reloads, which must apply something.</summary>
    public Task ReloadAsync(Func<ApiLbOptions, ApiLbOptions> change) => Running.ApplyAsync(_options = change(_options!));

    /// <summary>Asks as this process's user.</summary>
    public async Task<(int Code, string Body)> AskAsync(HttpMethod method, string path)
    {
        using var client = NewClient();
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Gives an order that must be taken.</summary>
    public async Task<OrderResult> OrderAsync(string path)
    {
        var (code, body) = await AskAsync(HttpMethod.Post, path);
        return code == 200
            ? JsonSerializer.Deserialize(body, AdminJsonContext.Default.OrderResult)!
            : throw new InvalidOperationException($"{path}: {code} {body}");
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        foreach (var backend in _backends)
        {
            await backend.DisposeAsync();
        }

        _directory.Delete(recursive: true);
    }

    private async Task BeginAsync(Func<ApiLbOptions, ApiLbOptions>? change)
    {
        var options = Setup.Tcp([.. _backends.Select(b => b.Options)]) with
        {
            Admin = new AdminOptions { Socket = SocketPath, Listen = null },
            StateDirectory = Path.Combine(_directory.FullName, "state"),
        };
        _options = change is null ? options : change(options);
        _running = await RunningDaemon.StartAsync(_options);
    }

    private HttpClient NewClient()
    {
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, token) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri("http://apilb"), Timeout = TimeSpan.FromSeconds(30) };
    }
}
