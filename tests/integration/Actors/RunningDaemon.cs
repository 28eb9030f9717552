using System.Globalization;
using System.Net;
using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Deployment;
using ApiLb.Health;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>The daemon in this process. When it goes it must have met no bug, and nothing may be left open.</summary>
internal sealed class RunningDaemon : IAsyncDisposable
{
    private readonly DaemonLog _log = new();
    private ApiLbOptions _file;
    private bool _isStopped;

    private RunningDaemon(ApiLbOptions options, DaemonTerms terms)
    {
        _file = options;
        Daemon = new Daemon(options, TimeProvider.System, _log, terms with { Reload = new ReloadTerms { Load = LoadAsync } });
    }

    public Daemon Daemon { get; }

    /// <summary>Where clients of the first listener connect.</summary>
    public EndPoint EndPoint => Daemon.Listeners[0].Bound[0];

    /// <summary>The first listener's.</summary>
    public ListenerCounters Counters => Daemon.Listeners[0].Counters;

    public IEnumerable<string> Log => _log.Lines;

    public static Task<RunningDaemon> StartAsync(ApiLbOptions options) => StartAsync(options, new DaemonTerms());

    public static async Task<RunningDaemon> StartAsync(ApiLbOptions options, DaemonTerms terms)
    {
        RunningDaemon running = new(options, terms);
        try
        {
            await running.Daemon.StartAsync(CancellationToken.None);
            return running;
        }
        catch
        {
            await running.Daemon.DisposeAsync();
            throw;
        }
    }

    public Backend Backend(string name) => Daemon.Pools[0].Snapshot.Backends.Single(b => b.Name == name);

    /// <summary>Makes these the content of the file and reloads.</summary>
    public Task<ReloadStatus> ReloadAsync(ApiLbOptions file)
    {
        _file = file;
        return Daemon.Reload.ReloadAsync();
    }

    /// <summary>Makes these the content of the file and asks what a reload would do.</summary>
    public Task<ReloadStatus> PreviewAsync(ApiLbOptions file)
    {
        _file = file;
        return Daemon.Reload.PreviewAsync();
    }

    /// <summary>As <see cref="ReloadAsync"/>, which must apply something.</summary>
    public async Task ApplyAsync(ApiLbOptions file)
    {
        var status = await ReloadAsync(file);
        Assert.True(status.Result == "applied", $"{status.Result}: {status.Message} {string.Join(", ", status.Changes)}");
    }

    public Task<Client> ConnectAsync() => Client.ConnectAsync(EndPoint);

    /// <summary>The names of who serves so many clients, one after the other.</summary>
    public async Task<IReadOnlyList<string>> ServersOfAsync(int clients)
    {
        List<string> names = [];
        for (var i = 0; i < clients; i++)
        {
            using var client = await ConnectAsync();
            names.Add(await client.WhoAsync());
        }

        return names;
    }

    /// <summary>Waits until so many of the first listener's connections ended for this reason.</summary>
    public Task ClosesReachAsync(CloseReason reason, long count) => Eventually.HoldsAsync(
        () => Counters.Closes(reason) == count,
        () => $"{reason} should be {count}: {string.Join(", ", Enum.GetValues<CloseReason>().Select(r => $"{r} {Counters.Closes(r)}"))}");

    /// <summary>Waits until so many clients wait for a place.</summary>
    public Task LineBecomesAsync(int length) => Eventually.HoldsAsync(
        () => Daemon.Pools[0].Line.Length == length, () => $"{length} should wait: {Daemon.Pools[0].Line.Length}");

    public Task StatusBecomesAsync(string backend, HealthStatus status) => Eventually.HoldsAsync(
        () => Backend(backend).Health.Current.Status == status, () => $"{backend} should be {status}: {Backend(backend).Health.Current}");

    /// <summary>One sample of /metrics, such as <c>name{a="b",c="d"}</c>, the labels in any order.</summary>
    public async Task<double> MetricAsync(string nameAndLabels)
    {
        using HttpClient http = new();
        var text = await http.GetStringAsync(new Uri($"http://{Daemon.AdminEndPoint}/metrics"));
        var name = nameAndLabels.Split('{')[0];
        var family = text.Split('\n').Where(l => l.StartsWith(name + "{", StringComparison.Ordinal)).ToArray();
        var line = family.SingleOrDefault(l => Sorted(l.Split(' ')[0]) == Sorted(nameAndLabels));
        Assert.True(line is not null, $"no {nameAndLabels} among:\n{string.Join('\n', family)}");
        return double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    /// <summary>One sample of /metrics without labels.</summary>
    public async Task<double> ScalarAsync(string name)
    {
        using HttpClient http = new();
        var text = await http.GetStringAsync(new Uri($"http://{Daemon.AdminEndPoint}/metrics"));
        return double.Parse(text.Split('\n').Single(l => l.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    /// <param name="now">Fires when nothing is to be waited for any more.</param>
    public Task StopAsync(CancellationToken now)
    {
        _isStopped = true;
        return Daemon.StopAsync(now);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isStopped)
        {
            await Daemon.StopAsync(new CancellationToken(canceled: true));
        }

        await Daemon.DisposeAsync();
        Assert.DoesNotContain(_log.Errors, e => !e.StartsWith("Reload failed", StringComparison.Ordinal));
        Assert.Equal(0, Daemon.Listeners.Sum(l => l.Counters.Active));
        Assert.Equal(0, Daemon.Pools.SelectMany(p => p.Snapshot.Backends).Sum(b => b.Counters.Active));
    }

    private Task<ConfigurationResult> LoadAsync(CancellationToken cancellation) => Task.FromResult(new ConfigurationResult("apilb.yaml", _file, [], []));

    private static string Sorted(string nameAndLabels) => string.Join(' ', nameAndLabels.Split('{', ',', '}').Order(StringComparer.Ordinal));
}
