using System.Collections.Concurrent;
using System.Net;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Http;

/// <summary>Clients that send one GET after the other over kept connections until they are told to stop.</summary>
internal sealed class RequestLoad : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private long _served;

    /// <param name="uri">What they ask for.</param>
    /// <param name="clients">How many.</param>
    /// <param name="version">Of HTTP; null: 1.1.</param>
    public RequestLoad(Uri uri, int clients, Version? version = null) =>
        _running = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(() => RunAsync(uri, version ?? HttpVersion.Version11))));

    public long Served => Volatile.Read(ref _served);

    /// <summary>What went wrong, one line for each request.</summary>
    public ConcurrentQueue<string> Failures { get; } = [];

    /// <summary>Waits until so many more requests had their answer, or one did not.</summary>
    public Task ServesAsync(int requests)
    {
        var enough = Served + requests;
        return Eventually.HoldsAsync(() => Served >= enough || !Failures.IsEmpty, () => $"{Served} served of {enough}");
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(Uri uri, Version version)
    {
        using var client = HttpSetup.NewClient();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using HttpRequestMessage request = new(HttpMethod.Get, uri) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
                using var response = await client.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                if (response.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref _served);
                }
                else
                {
                    Failures.Enqueue($"{(int)response.StatusCode} {body}");
                }
            }
            catch (HttpRequestException error)
            {
                Failures.Enqueue(error.ToString());
            }
        }
    }
}
