using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ApiLb.Admin;

namespace ApiLb.Cli;

/// <summary>Asks the daemon over its admin socket. One instance for one command.</summary>
internal sealed class AdminClient : IDisposable
{
    /// <summary>How the daemon begins a refusal that people should read; anything else that is not 2xx comes from a stranger.</summary>
    private const string Refusal = AdminAnswer.Refusal;

    private const int LargestAnswer = 64 * 1024 * 1024;

    /// <summary>Longer than the daemon takes over nearly any request.</summary>
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(12);

    private readonly string _path;
    private readonly HttpClient _http;

    /// <param name="path">The daemon's socket.</param>
    /// <param name="patience">How long an answer may take; null: as long as usual.</param>
    public AdminClient(string path, TimeSpan? patience = null)
    {
        _path = path;
        var handler = new SocketsHttpHandler { ConnectCallback = (_, cancellation) => ConnectAsync(cancellation), UseProxy = false, AllowAutoRedirect = false };
        _http = new HttpClient(handler) { BaseAddress = new Uri("http://apilb"), Timeout = patience ?? UsualPatience, MaxResponseContentBufferSize = LargestAnswer };
    }

    /// <exception cref="AdminClientException">The daemon could not be asked, or its answer makes no sense.</exception>
    public Task<DaemonStatus> GetStatusAsync(CancellationToken cancellation) =>
        GetAsync("/v1/status", AdminJsonContext.Default.DaemonStatus, cancellation);

    /// <exception cref="AdminClientException">The daemon could not be asked, refused, or its answer makes no sense.</exception>
    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        Parse(await GetJsonAsync(path, cancellation), type);

    /// <summary>The answer as it came: a newer daemon may say more than this client knows.</summary>
    /// <exception cref="AdminClientException">The daemon could not be asked, or refused.</exception>
    public Task<string> GetJsonAsync(string path, CancellationToken cancellation) => AskAsync(HttpMethod.Get, path, cancellation);

    /// <summary>Asks for a change.</summary>
    /// <exception cref="AdminClientException">The daemon could not be asked, refused, or its answer makes no sense.</exception>
    public Task<string> PostJsonAsync(string path, CancellationToken cancellation) => AskAsync(HttpMethod.Post, path, cancellation);

    /// <exception cref="AdminClientException">The answer makes no sense.</exception>
    public T Parse<T>(string json, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw Strange("null");
        }
        catch (JsonException e)
        {
            throw Strange(e.Message);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> AskAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            using var response = await _http.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? body
                : (int)response.StatusCode >= 400 && body.StartsWith(Refusal, StringComparison.Ordinal)
                    ? throw new AdminClientException(
                        response.StatusCode == HttpStatusCode.Forbidden ? ExitCode.NoPermission : ExitCode.Failure, body[Refusal.Length..].TrimEnd())
                    : throw Strange($"HTTP {(int)response.StatusCode}");
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException or AdminClientException)
        {
            throw e.InnerException as AdminClientException ?? Explain((SocketException)e.InnerException);
        }
        catch (HttpRequestException e)
        {
            throw Strange(e.Message);
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new AdminClientException(
                ExitCode.NotRunning, $"the daemon at {_path} did not answer within {_http.Timeout.TotalSeconds} s. See 'systemctl status apilb' and its log.");
        }
    }

    private async ValueTask<Stream> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(EndPointOf(_path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static UnixDomainSocketEndPoint EndPointOf(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            throw new AdminClientException(ExitCode.Failure, $"--socket: '{path}' is no path of a unix socket, which has 1 to 107 bytes.");
        }
    }

    private AdminClientException Explain(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AccessDenied => new AdminClientException(
            ExitCode.NoPermission, $"no permission to open {_path}. Use sudo, or join the socket's group: 'sudo usermod -aG apilb $USER', then log in again.", e),
        SocketError.ConnectionRefused => new AdminClientException(
            ExitCode.NotRunning, $"nobody listens at {_path}: it is no socket, or its daemon is gone. See 'systemctl status apilb'.", e),
        _ when !Path.Exists(_path) => new AdminClientException(
            ExitCode.NotRunning,
            $"no daemon at {_path}: the socket does not exist. Start it with 'systemctl start apilb', or name the socket of your configuration (admin.socket) with --socket.",
            e),
        _ => new AdminClientException(ExitCode.NotRunning, $"cannot connect to {_path}: {e.Message}. See 'systemctl status apilb'.", e),
    };

    private AdminClientException Strange(string what) => new(
        ExitCode.Failure, $"what answers at {_path} is not this version of apilb ({what}). Name the admin socket with --socket.");
}
