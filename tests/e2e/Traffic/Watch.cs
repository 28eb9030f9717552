using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>One client that watches the configmaps of "default" on a TLS connection of its own, and opens it again when it ends.</summary>
internal sealed class Watch(TlsClient client)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ConnectionResult> _openings = new();
    private readonly ConcurrentQueue<long> _ends = new();

    /// <summary>The apiserver that it is open on, or null while it is not.</summary>
    public string? Server { get; private set; }

    public bool IsOpen => Server is not null;

    /// <summary>The timestamps at which it ended after it had been open: its apiserver went away, or the balancer cut it.</summary>
    public IReadOnlyCollection<long> Ends => _ends;

    /// <summary>Each attempt to open it; its time is that to the response's headers.</summary>
    public IReadOnlyCollection<ConnectionResult> Openings => _openings;

    public bool HasSeen(string configMap) => _seen.ContainsKey(configMap);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (!await FollowAsync(cancellationToken) && !cancellationToken.IsCancellationRequested)
            {
                await Task.Delay(RetryPause, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Opens the watch and reads it to its end. False when it could not be opened.</summary>
    private async Task<bool> FollowAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var connection = new TlsConnection();
        using var http = HttpOverTls.Create(client, connection, Timeout.InfiniteTimeSpan);
        try
        {
            using var response = await http.GetAsync(
                "api/v1/namespaces/default/configmaps?watch=1", HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var isOpen = response.StatusCode == HttpStatusCode.OK;
            Record(isOpen ? ConnectionOutcome.Served : ConnectionOutcome.Rejected, "status " + (int)response.StatusCode);
            Server = isOpen ? connection.Server : null;
            if (isOpen)
            {
                await ReadEventsAsync(response, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException && !cancellationToken.IsCancellationRequested)
        {
            if (!IsOpen)
            {
                Record(connection.HasReceived ? ConnectionOutcome.FailedAfterFirstByte : ConnectionOutcome.FailedBeforeFirstByte, Innermost(failure));
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        return CountEnd();

        void Record(ConnectionOutcome outcome, string detail) =>
            _openings.Enqueue(new ConnectionResult(outcome, Stopwatch.GetElapsedTime(started), connection.Server, detail));
    }

    private static string Innermost(Exception failure) => $"{failure.GetBaseException().GetType().Name}: {failure.GetBaseException().Message}";

    private bool CountEnd()
    {
        var wasOpen = IsOpen;
        Server = null;
        if (wasOpen)
        {
            _ends.Enqueue(Stopwatch.GetTimestamp());
        }

        return wasOpen;
    }

    // One JSON object per line: {"type":"ADDED","object":{"metadata":{"name":...}}}.
    private async Task ReadEventsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            using var change = JsonDocument.Parse(line);
            if (change.RootElement.GetProperty("object").GetProperty("metadata").TryGetProperty("name", out var name))
            {
                _seen[name.GetString()!] = true;
            }
        }
    }
}
