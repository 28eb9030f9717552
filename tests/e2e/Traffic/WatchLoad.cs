namespace ApiLb.EndToEndTests.Traffic;

/// <summary>Many clients that watch at once, each on a connection of its own.</summary>
internal sealed class WatchLoad : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<Watch> _watches;
    private readonly Task _running;

    private WatchLoad(IReadOnlyList<Watch> watches)
    {
        _watches = watches;
        _running = Task.WhenAll(watches.Select(watch => watch.RunAsync(_stop.Token)));
    }

    /// <summary>Starts them and waits until every one is open.</summary>
    public static async Task<WatchLoad> StartAsync(TlsClient client, int count)
    {
        var load = new WatchLoad([.. Enumerable.Range(0, count).Select(_ => new Watch(client))]);
        try
        {
            await load.OpenAsync();
            return load;
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every watch is open.</summary>
    public Task OpenAsync() => AllAsync("is open", watch => watch.IsOpen);

    public bool AllOpen => _watches.All(watch => watch.IsOpen);

    /// <summary>Waits until every watch has told of this configmap.</summary>
    public Task SeeAsync(string configMap) => AllAsync($"has seen {configMap}", watch => watch.HasSeen(configMap));

    /// <summary>The watches that are open on this apiserver now.</summary>
    public WatchCohort On(string server) => new($"on {server}", [.. _watches.Where(watch => watch.Server == server)]);

    /// <summary>The watches that are open elsewhere now.</summary>
    public WatchCohort ElsewhereThan(string server) => new($"not on {server}", [.. _watches.Where(watch => watch.IsOpen && watch.Server != server)]);

    public WatchReport Report() => new(_watches.Count, _watches.Sum(watch => watch.Ends.Count), new ConnectionReport([.. _watches.SelectMany(watch => watch.Openings)]));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private Task AllAsync(string condition, Func<Watch, bool> holds) =>
        Eventually.HoldsAsync($"each of {_watches.Count} watches {condition}", Deadline, async () =>
        {
            if (_running.IsFaulted)
            {
                await _running;
            }

            var holding = _watches.Count(holds);
            return holding == _watches.Count ? null : $"{holding} of {_watches.Count}; {Report()}";
        });
}
