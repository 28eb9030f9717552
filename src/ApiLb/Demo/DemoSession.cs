using System.Net;
using System.Threading.Channels;
using ApiLb.Backends;
using ApiLb.Demo.Load;
using ApiLb.Health;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.Demo;

/// <summary>
/// The demo without its view: stand-ins, the real daemon in front of them, clients that never pause, and the deeds done to the
/// stand-ins. Start once, run once.
/// </summary>
internal sealed class DemoSession : IAsyncDisposable
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(3);

    private readonly DemoOptions _options;
    private readonly TimeProvider _time;
    private readonly DemoAuthority _authority;
    private readonly DemoDirectory _directory = new();
    private readonly DemoCluster _cluster;
    private readonly LoadCounters _counters;
    private readonly Channel<DemoStep> _steps = Channel.CreateUnbounded<DemoStep>();
    private readonly Dictionary<Backend, RateMeter> _rates = [];
    private Daemon? _daemon;

    private DemoSession(DemoOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _authority = new DemoAuthority(time);
        _cluster = new DemoCluster(_authority, time);
        _counters = new LoadCounters(time);
        Events = new DemoEvents(time);
    }

    public DemoEvents Events { get; }

    public DemoAccess Access => new((IPEndPoint)_daemon!.Listeners[0].Bound[0], _daemon.AdminEndPoint, _directory);

    /// <exception cref="IOException">A port cannot be had; the message names it and says why.</exception>
    public static async Task<DemoSession> StartAsync(DemoOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var session = new DemoSession(options, time);
        try
        {
            await session.StartAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets clients come and deeds be done until the token fires.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var listener = Access.Listener;
        LoadConnection Connect() => new(listener, _authority.Certificate);
        var requests = new RequestLoad(Connect, _counters, reason => Events.Add($"requests fail: {reason}"), _time);
        var watches = new WatchLoad(Connect, _counters, _time);
        await Task.WhenAll(
            requests.RunAsync(_options.Load, cancellationToken),
            watches.RunAsync(cancellationToken),
            FollowScriptAsync(cancellationToken),
            DoStepsAsync(cancellationToken)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Has something done to a stand-in soon; returns at once.</summary>
    public void Request(DemoStep step) => _steps.Writer.TryWrite(step);

    /// <summary>The same as a light switch: what does not serve is revived, what serves gets the action.</summary>
    public void Toggle(DemoAction action, int index)
    {
        var standIn = _cluster.StandIns[index];
        Request(new DemoStep(standIn.Mode == StandIns.StandInMode.Serving ? action : DemoAction.Revive, standIn.Name));
    }

    /// <summary>For one view, which alone calls it.</summary>
    public DemoSnapshot Snapshot()
    {
        var pool = _daemon!.Pools[0];
        return new DemoSnapshot
        {
            Elapsed = Events.Elapsed,
            Backends = [.. pool.Snapshot.Backends.Select(b => Look(b, pool.Now))],
            Load = _counters.Snapshot(),
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_daemon is not null)
        {
            // No grace: nobody but the demo's own clients is connected, and they are done.
            await _daemon.StopAsync(new CancellationToken(canceled: true));
            await _daemon.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        _authority.Dispose();
        _directory.Dispose();
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(_directory.CaFile, _authority.ToPem(), cancellationToken);
        await _cluster.StartAsync(cancellationToken);
        var daemon = new Daemon(DemoConfiguration.For(_cluster, _directory, _options.Port), _time, NullLoggerFactory.Instance);
        daemon.Pools[0].Transitioned += Note;
        try
        {
            await daemon.StartAsync(cancellationToken);
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }

        _daemon = daemon;
        await KubeconfigWriter.WriteAsync(_directory.Kubeconfig, Access.Server, _authority.ToPem(), cancellationToken);
    }

    private void Note(BackendTransition change)
    {
        var (from, to) = change.Transition;
        Events.Add(
            from == HealthStatus.Unknown && to.Status == HealthStatus.Ready
                ? $"{change.Backend.Name} is ready"
                : $"{change.Backend.Name}: {EnumLabel.Kebab(from)} -> {EnumLabel.Kebab(to.Status)}, {to.Detail}");
    }

    private async Task FollowScriptAsync(CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        foreach (var (at, step) in _options.Script.Steps)
        {
            var wait = at - _time.GetElapsedTime(start);
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _time, cancellationToken);
            Request(step);
        }
    }

    private async Task DoStepsAsync(CancellationToken cancellationToken)
    {
        await foreach (var step in _steps.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await DoAsync(step, cancellationToken);
            }
            catch (IOException e)
            {
                Events.Add($"{step.Name} cannot come back: {e.Message}");
            }
        }
    }

    private Task DoAsync(DemoStep step, CancellationToken cancellationToken)
    {
        var standIn = _cluster[step.Name];
        Events.Add($"> {EnumLabel.Kebab(step.Action)} {step.Name}", isDeed: true);
        return step.Action switch
        {
            DemoAction.Kill => standIn.KillAsync(cancellationToken),
            DemoAction.Freeze => standIn.FreezeAsync(cancellationToken),
            DemoAction.Drain => standIn.DrainAsync(cancellationToken),
            _ => standIn.ReviveAsync(cancellationToken),
        };
    }

    private DemoBackend Look(Backend backend, TimeSpan now)
    {
        if (!_rates.TryGetValue(backend, out var rate))
        {
            _rates[backend] = rate = new RateMeter(RateWindow);
        }

        var health = backend.Health.Current;
        return new DemoBackend
        {
            Name = backend.Name,
            Address = backend.Options.Address.ToString(),
            Status = health.Status,
            Cause = health.Detail,
            Open = backend.Counters.Active,
            Total = backend.Counters.Connections,
            PerSecond = rate.Sample(now, backend.Counters.Connections),
        };
    }
}
