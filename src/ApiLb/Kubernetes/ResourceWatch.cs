using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ApiLb.Kubernetes;

/// <summary>An open watch. One caller at a time; disposing it closes the connection.</summary>
internal sealed class ResourceWatch<T> : IDisposable
    where T : class, IResource
{
    private const int LongestLine = 2 * 1024 * 1024;

    /// <summary>How much longer than it was told a server may let a watch live.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    private readonly ApiHttp _http;
    private readonly HttpResponseMessage _response;
    private readonly JsonTypeInfo<T> _type;
    private readonly Deadline _deadline;
    private readonly CancellationToken _stop;
    private WatchLineReader? _lines;

    public ResourceWatch(ApiHttp http, HttpResponseMessage response, JsonTypeInfo<T> type, TimeSpan duration, CancellationToken stop)
    {
        _http = http;
        _response = response;
        _type = type;
        _stop = stop;
        _deadline = http.NewDeadline(duration + Margin, stop);
    }

    /// <summary>Waits for the next event or bookmark; null when the server ended the watch in order.</summary>
    public async Task<KubernetesAnswer<WatchEvent<T>>?> ReadAsync()
    {
        try
        {
            _lines ??= new WatchLineReader(await _response.Content.ReadAsStreamAsync(_deadline.Token), LongestLine);
            var line = await _lines.ReadAsync(_deadline.Token);
            return line is { } json ? Parse(json.Span, _type) : default(KubernetesAnswer<WatchEvent<T>>?);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested && _http.FailureOf(e) is { } failure)
        {
            return (KubernetesAnswer<WatchEvent<T>>)failure;
        }
    }

    public void Dispose()
    {
        _response.Dispose();
        _deadline.Dispose();
    }

    /// <summary>Pure, for tests.</summary>
    internal static KubernetesAnswer<WatchEvent<T>> Parse(ReadOnlySpan<byte> line, JsonTypeInfo<T> type)
    {
        try
        {
            var message = JsonSerializer.Deserialize(line, KubernetesJsonContext.Default.WatchMessage);
            if (message?.Type == "ERROR")
            {
                var status = message.Object.Deserialize(KubernetesJsonContext.Default.ApiStatus);
                return KubernetesFailure.OfStatus((HttpStatusCode)(status?.Code ?? 0), Encoding.UTF8.GetBytes(message.Object.GetRawText()));
            }

            return message?.Type is "ADDED" or "MODIFIED" or "DELETED" or "BOOKMARK" && message.Object.Deserialize(type) is { } changed
                ? new WatchEvent<T>(changed, message.Type == "BOOKMARK", message.Type == "DELETED")
                : Malformed("is of no known type");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Malformed("is not the JSON that was asked for");
        }
    }

    private static KubernetesFailure Malformed(string problem) => new(KubernetesFailureKind.Malformed, $"a line of the watch {problem}");
}
