using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ApiLb.Kubernetes;

/// <summary>The few operations of the Kubernetes API that ApiLb needs. Thread-safe.</summary>
internal sealed class KubernetesClient : IDisposable
{
    private const int ItemsPerPage = 100;
    private const int MostPages = 50;

    private readonly ApiHttp _http;

    private KubernetesClient(ApiHttp http) => _http = http;

    /// <param name="config">Credentials and CA.</param>
    /// <param name="serverName">For SNI, Host and the certificate.</param>
    /// <param name="connector">Which address is dialled.</param>
    /// <param name="time">The clock of all deadlines.</param>
    public static KubernetesAnswer<KubernetesClient> Create(Kubeconfig config, string serverName, ApiConnector connector, TimeProvider time)
    {
        try
        {
            return new KubernetesClient(new ApiHttp(config, serverName, connector, time));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return new KubernetesFailure(KubernetesFailureKind.Configuration, $"the certificates of the kubeconfig cannot be used: {e.Message}");
        }
    }

    /// <summary>
    /// A client that believes whoever answers and sends no credentials: for what is public and is verified afterwards.
    /// </summary>
    public static KubernetesClient CreateUnverified(string serverName, ApiConnector connector, TimeProvider time) =>
        new(ApiHttp.Unverified(serverName, connector, time));

    /// <summary>All objects that the query selects, and the version from which they can be watched.</summary>
    public async Task<KubernetesAnswer<ResourceList<T>>> ListAsync<T>(ResourceQuery<T> query, CancellationToken cancellationToken)
        where T : class, IResource
    {
        var items = new List<T>();
        var next = "";
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await _http.SendAsync(HttpMethod.Get, query.ListPath(ItemsPerPage, next), null, cancellationToken);
            if (!answer.TryGet(out var body, out var failure) || !Read(body, query.ListType).TryGet(out var list, out failure))
            {
                return failure;
            }

            // Without a version it is no list of this API, whatever else it is.
            if (list.Metadata?.ResourceVersion is not { Length: > 0 })
            {
                return new KubernetesFailure(KubernetesFailureKind.Malformed, "the answer is not a list");
            }

            items.AddRange(list.Items?.OfType<T>() ?? []);
            next = list.Metadata.Continue ?? "";
            if (next.Length == 0)
            {
                return new ResourceList<T>(list.Metadata, items);
            }
        }

        return new KubernetesFailure(KubernetesFailureKind.Malformed, $"the list has more than {MostPages} pages");
    }

    /// <summary>Opens a watch for changes since a version. The caller disposes it.</summary>
    /// <param name="query">Which objects.</param>
    /// <param name="resourceVersion">That of a list, of an event or of a bookmark.</param>
    /// <param name="duration">After which the server shall end it; whole seconds.</param>
    /// <param name="cancellationToken">Ends the opening and every reading.</param>
    public async Task<KubernetesAnswer<ResourceWatch<T>>> WatchAsync<T>(
        ResourceQuery<T> query, string resourceVersion, TimeSpan duration, CancellationToken cancellationToken)
        where T : class, IResource
    {
        var answer = await _http.OpenAsync(query.WatchPath(resourceVersion, Math.Max(1, (int)duration.TotalSeconds)), cancellationToken);
        return answer.TryGet(out var response, out var failure)
            ? new ResourceWatch<T>(_http, response, query.ItemType, duration, cancellationToken)
            : failure;
    }

    /// <summary>Sends any request and reads the answer as JSON.</summary>
    public async Task<KubernetesAnswer<T>> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await _http.SendAsync(method, path, content, cancellationToken);
        return answer.TryGet(out var body, out var failure) ? Read(body, type) : failure;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Pure, for tests.</summary>
    internal static KubernetesAnswer<T> Read<T>(byte[] body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) is { } value
                ? value
                : new KubernetesFailure(KubernetesFailureKind.Malformed, "the answer is null");
        }
        catch (JsonException e)
        {
            return new KubernetesFailure(KubernetesFailureKind.Malformed, $"the answer is not the JSON that was asked for: {KubernetesFailure.Shorten(e.Message)}");
        }
    }
}
