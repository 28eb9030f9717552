using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ApiLb.EndToEndTests.Kubernetes;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>Clients that create, get and delete configmaps in a namespace of their own, over a new connection for every three requests.</summary>
/// <remarks>
/// The namespace has a quota that they never touch. An apiserver that knows of none asks for one when an object is created, at its own port,
/// which is the first thing that it closes when it is told to stop: it then answers 500 for itself (ResourceQuota's live lookup), whoever
/// is in front of it.
/// </remarks>
internal sealed class ConfigMapLoad : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RunsAtAll = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<ConnectionResult> _results = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TlsClient _client;
    private readonly string _collection;
    private Task _running = Task.CompletedTask;
    private int _created;

    private ConfigMapLoad(TlsClient client, string collection)
    {
        _client = client;
        _collection = collection;
    }

    /// <summary>How many configmaps were created so far.</summary>
    public int Created => _created;

    /// <summary>Begins when every apiserver knows the namespace and its quota: each has created a configmap there.</summary>
    /// <param name="kubectl">Makes the namespace.</param>
    /// <param name="client">Of the load.</param>
    /// <param name="apiServers">Of each apiserver, directly: a balancer may have reasons to leave one of them alone.</param>
    /// <param name="clients">How many at once.</param>
    public static async Task<ConfigMapLoad> StartAsync(Kubectl kubectl, TlsClient client, IEnumerable<TlsClient> apiServers, int clients)
    {
        var @namespace = "load-" + Guid.NewGuid().ToString("N");
        await kubectl.RunAsync("create", "namespace", @namespace);
        await kubectl.RunAsync("create", "quota", "pods", "--hard=pods=0", "--namespace", @namespace);
        var load = new ConfigMapLoad(client, $"api/v1/namespaces/{@namespace}/configmaps");
        foreach (var apiServer in apiServers)
        {
            await Eventually.HoldsAsync("the apiserver creates a configmap", RunsAtAll, () => load.RefusalOfAsync(apiServer));
        }

        load.Run(clients);
        return load;
    }

    /// <summary>Sends no more, and waits for the answers. Each request is one result.</summary>
    public async Task<ConnectionReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
        return new ConnectionReport(_results);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    /// <summary>Why an apiserver creates none; null: it has.</summary>
    private async Task<string?> RefusalOfAsync(TlsClient apiServer)
    {
        using var connection = new TlsConnection();
        using var http = HttpOverTls.Create(apiServer, connection, Deadline);
        using var content = ContentOf($$$"""{"metadata":{"name":"first-{{{Guid.NewGuid():N}}}"}}""");
        using var response = await http.PostAsync(new Uri(_collection, UriKind.Relative), content);
        return response.IsSuccessStatusCode ? null : await ReasonAsync(response);
    }

    private void Run(int clients) => _running = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => RunAsync()));

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await CreateGetDeleteAsync();
            await Task.Delay(Pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CreateGetDeleteAsync()
    {
        var name = "c" + Guid.NewGuid().ToString("N");
        using var connection = new TlsConnection();
        using var http = HttpOverTls.Create(_client, connection, Deadline);
        if (!await SendAsync(http, connection, HttpMethod.Post, _collection, $$$"""{"metadata":{"name":"{{{name}}}"}}"""))
        {
            return;
        }

        Interlocked.Increment(ref _created);
        if (await SendAsync(http, connection, HttpMethod.Get, $"{_collection}/{name}"))
        {
            await SendAsync(http, connection, HttpMethod.Delete, $"{_collection}/{name}");
        }
    }

    /// <summary>True when it was answered with success.</summary>
    private async Task<bool> SendAsync(HttpClient http, TlsConnection connection, HttpMethod method, string path, string? body = null)
    {
        var started = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : ContentOf(body);
        try
        {
            using var response = await http.SendAsync(request, CancellationToken.None);
            return response.IsSuccessStatusCode
                ? Record(ConnectionOutcome.Served, Words(response.StatusCode))
                : Record(ConnectionOutcome.Rejected, await ReasonAsync(response));
        }
        catch (OperationCanceledException)
        {
            return Record(connection.HasReceived ? ConnectionOutcome.Hung : ConnectionOutcome.FailedBeforeFirstByte, "no answer");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return Record(
                connection.HasReceived ? ConnectionOutcome.FailedAfterFirstByte : ConnectionOutcome.FailedBeforeFirstByte,
                $"{failure.GetBaseException().GetType().Name}: {failure.GetBaseException().Message}");
        }

        bool Record(ConnectionOutcome outcome, string detail)
        {
            _results.Enqueue(new ConnectionResult(outcome, Stopwatch.GetElapsedTime(started), connection.Server, $"{method} {detail}"));
            return outcome == ConnectionOutcome.Served;
        }
    }

    private static StringContent ContentOf(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>What an apiserver found wrong with itself is worth reading; of its clients' faults the status says enough.</summary>
    private static async Task<string> ReasonAsync(HttpResponseMessage response) => response.StatusCode < HttpStatusCode.InternalServerError
        ? Words(response.StatusCode)
        : $"{Words(response.StatusCode)}: {await response.Content.ReadAsStringAsync(CancellationToken.None)}";

    private static string Words(HttpStatusCode status) => string.Create(CultureInfo.InvariantCulture, $"status {(int)status}");
}
