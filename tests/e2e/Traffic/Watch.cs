using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>One client that watches the configmaps of "default" on a TLS connection of its own, and opens it again when it ends.</summary>
internal sealed class Watch(ClusterCredentials credentials, IPEndPoint target)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, bool> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ConnectionResult> _openings = new();
    private int _ends;

    public bool IsOpen { get; private set; }

    /// <summary>How often an open watch ended: its apiserver went away.</summary>
    public int Ends => _ends;

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
        FirstByteStream? wire = null;
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = credentials.OptionsFor(target.Address.ToString(), authenticate: true),
            ConnectCallback = async (_, token) => wire = await FirstByteStream.ConnectAsync(target, token),
        });
        client.Timeout = Timeout.InfiniteTimeSpan;
        try
        {
            var address = $"https://{target}/api/v1/namespaces/default/configmaps?watch=1";
            using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            var outcome = response.StatusCode == HttpStatusCode.OK ? ConnectionOutcome.Served : ConnectionOutcome.Rejected;
            Record(outcome, "status " + (int)response.StatusCode);
            IsOpen = outcome == ConnectionOutcome.Served;
            if (IsOpen)
            {
                await ReadEventsAsync(response, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException && !cancellationToken.IsCancellationRequested)
        {
            if (!IsOpen)
            {
                Record(wire is { HasReceived: true } ? ConnectionOutcome.FailedAfterFirstByte : ConnectionOutcome.FailedBeforeFirstByte, Innermost(failure));
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        return CountEnd();

        void Record(ConnectionOutcome outcome, string detail) =>
            _openings.Enqueue(new ConnectionResult(outcome, Stopwatch.GetElapsedTime(started), Server: null, detail));
    }

    private static string Innermost(Exception failure) => $"{failure.GetBaseException().GetType().Name}: {failure.GetBaseException().Message}";

    private bool CountEnd()
    {
        var wasOpen = IsOpen;
        IsOpen = false;
        _ends += wasOpen ? 1 : 0;
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
