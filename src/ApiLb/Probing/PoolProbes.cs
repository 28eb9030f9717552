using ApiLb.Backends;
using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// The checks of one pool: a loop for each member, which comes and goes with it. Run once; whoever runs it awaits it, and
/// disposes it then.
/// </summary>
internal sealed class PoolProbes : IDisposable
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly BackendPool _pool;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ProberFactory _factory;
    private readonly ProbeSchedule _schedule;
    private readonly Func<Backend, IProber> _createProber;
    private readonly Dictionary<Backend, Member> _members = [];
    private readonly HashSet<Task> _running = [];
    private CancellationToken _stop;

    /// <param name="pool">Whose members are checked.</param>
    /// <param name="createProber">Null: what the pool's health options ask for.</param>
    /// <param name="time">The clock of all intervals and deadlines.</param>
    /// <param name="loggers">For one logger of each kind of part.</param>
    public PoolProbes(BackendPool pool, Func<Backend, IProber>? createProber, TimeProvider time, ILoggerFactory loggers)
    {
        var options = pool.Options;
        _pool = pool;
        _time = time;
        _loggers = loggers;
        _factory = new ProberFactory(
            options.Health, options.ControlPlaneEndpoint?.Host, options.ProxyProtocol, time, loggers.CreateLogger<TrustedCa>())
        {
            Unheard = pool.AskOthers,
        };
        _schedule = new ProbeSchedule(options.Health);
        _createProber = createProber ?? _factory.Create;
        foreach (var backend in pool.Snapshot.Backends)
        {
            _members.Add(backend, NewMember(backend));
        }

        FirstRoundCompleted = Task.WhenAll(_members.Values.Select(m => m.Loop.FirstCheckCompleted));
    }

    /// <summary>Completes when every first member was checked once, or will not be. Never fails.</summary>
    public Task FirstRoundCompleted { get; }

    /// <summary>Checks until it is told to stop; then closes the kept connections and returns without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Begin(stop);
        _pool.Transitioned += OnTransitioned;
        _pool.ModeChanged += Ring;
        _pool.ProbeWanted += Ring;
        _pool.Added += Join;
        _pool.Removed += Leave;
        foreach (var backend in _pool.Snapshot.Backends)
        {
            Join(backend); // Whoever joined before anybody listened.
        }

        await using (_time.CreateTimer(static self => ((PoolProbes)self!).LookForLulls(), this, LookPeriod, LookPeriod))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _pool.Transitioned -= OnTransitioned;
        _pool.ModeChanged -= Ring;
        _pool.ProbeWanted -= Ring;
        _pool.Added -= Join;
        _pool.Removed -= Leave;
        await Task.WhenAll(Running());
    }

    /// <summary>Checks a member as soon as its present check has ended; nobody else. Any thread.</summary>
    public void Ring(Backend backend)
    {
        lock (_lock)
        {
            if (_members.TryGetValue(backend, out var member))
            {
                member.Alarm.Ring();
            }
        }
    }

    public void Dispose() => _factory.Dispose();

    private void Begin(CancellationToken stop)
    {
        lock (_lock)
        {
            _stop = stop;
            foreach (var member in _members.Values)
            {
                Start(member);
            }
        }
    }

    private void Join(Backend backend)
    {
        lock (_lock)
        {
            if (!backend.IsRemoved && !_stop.IsCancellationRequested && !_members.ContainsKey(backend))
            {
                var member = NewMember(backend);
                _members.Add(backend, member);
                Start(member);
            }
        }
    }

    private void Leave(Backend backend)
    {
        lock (_lock)
        {
            if (_members.Remove(backend, out var member))
            {
                member.Leaving.Cancel();
            }
        }
    }

    private Member NewMember(Backend backend)
    {
        var check = new BackendCheck(backend, _createProber(backend), _pool.Options.Health.Timeout, _time, _loggers.CreateLogger<BackendCheck>());
        var loop = new ProbeLoop(check, backend, _pool, _schedule, _loggers.CreateLogger<ProbeLoop>());
        return new Member(loop, new ProbeAlarm(_time), new CancellationTokenSource());
    }

    private void Start(Member member)
    {
        _running.RemoveWhere(t => t.IsCompleted);
        _running.Add(Task.Run(() => RunAsync(member, _stop), CancellationToken.None));
    }

    private static async Task RunAsync(Member member, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, member.Leaving.Token);
        using (member.Alarm)
        {
            await member.Loop.RunAsync(member.Alarm, end.Token);
        }
    }

    private Task[] Running()
    {
        lock (_lock)
        {
            return [.. _running];
        }
    }

    // A client's connection failed: the check that clears or convicts the backend must not wait for its turn.
    private void OnTransitioned(BackendTransition transition)
    {
        if (transition.Transition.To.Status == HealthStatus.Suspect)
        {
            Ring(transition.Backend);
        }
    }

    /// <summary>What is heard of a backend in its traffic, and not: one whose traffic fell silent is checked at once, but not more often than one that is in doubt.</summary>
    private void LookForLulls()
    {
        var now = _pool.Now;
        lock (_lock)
        {
            foreach (var (backend, member) in _members)
            {
                if (member.Traffic.HasComeSince(backend.Counters.BytesToClient, now) is { } heardAt)
                {
                    backend.Hear(heardAt);
                }

                var hasLasted = member.Lull.HasLasted(backend.Counters.BytesToBackend, backend.Counters.BytesToClient, now);
                if (hasLasted && backend.LastProbe is { } last && now - last.At >= _pool.Options.Health.FastInterval)
                {
                    member.Lull.Forget();
                    member.Alarm.Ring();
                }
            }
        }
    }

    private sealed record Member(ProbeLoop Loop, ProbeAlarm Alarm, CancellationTokenSource Leaving)
    {
        public TrafficLull Lull { get; } = new();

        public TrafficSign Traffic { get; } = new();
    }
}
