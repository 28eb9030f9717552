using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb.Backends;

/// <summary>
/// A pool at run time: the one place where evidence becomes a new <see cref="PoolSnapshot"/>.
/// Thread-safe; readers take <see cref="Snapshot"/> with one volatile read.
/// </summary>
internal sealed partial class BackendPool
{
    /// <summary>How long a process may be silent before its backend counts as dead.</summary>
    private static readonly TimeSpan SilenceUntilDead = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PoolAlarmBell _bell;
    private readonly TransitionLog _log;
    private readonly HostWitnesses _witnesses;
    private volatile PoolOptions _options;
    private volatile DiscoveryCounters? _discovery;
    private volatile PoolSnapshot _snapshot;
    private HealthPolicy _policy;
    private RelayTimeouts _timeouts;

    /// <summary>Pools with the same witnesses know when every host is silent; null: it knows of its own only.</summary>
    public BackendPool(PoolOptions options, TimeProvider time, ILogger<BackendPool> logger, HostWitnesses? witnesses = null)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _policy = PolicyOf(options);
        _timeouts = TimeoutsOf(options);
        _bell = new PoolAlarmBell(options.Name, logger);
        _log = new TransitionLog(() => Snapshot, time, logger);
        Line = new WaitingLine(options.Queue.MaxLength);
        _discovery = CountersOf(options);
        _snapshot = new PoolSnapshot([.. options.Backends.Select(b => NewBackend(b, isAdded: false))]);
        (_witnesses = witnesses ?? new HostWitnesses()).Join(this);
    }

    /// <summary>Raised after the new snapshot is published, on the reporter's thread: handlers are short and do not throw.</summary>
    public event Action<BackendTransition>? Transitioned;

    /// <summary>Raised after every check, when what follows from it is published, on the prober's thread: handlers are short and do not throw.</summary>
    public event Action<Backend, ProbeResult>? Probed;

    /// <summary>Raised after the operator's word about a backend has changed: handlers are short and do not throw.</summary>
    public event Action<Backend>? ModeChanged;

    /// <summary>Raised when somebody wants a backend checked now: handlers are short and do not throw.</summary>
    public event Action<Backend>? ProbeWanted;

    /// <summary>Raised after the operator's word about a weight has changed: handlers are short and do not throw.</summary>
    public event Action<Backend>? WeightChanged;

    /// <summary>Raised when something is wrong with the pool as a whole, or no longer: handlers are short and do not throw.</summary>
    public event Action<BackendPool, PoolAlarm>? AlarmChanged;

    /// <summary>Raised after a backend has joined: handlers are short and do not throw.</summary>
    public event Action<Backend>? Added;

    /// <summary>Raised after a backend has left: handlers are short and do not throw.</summary>
    public event Action<Backend>? Removed;

    /// <summary>Its settings now. Its members are those of <see cref="Snapshot"/>.</summary>
    public PoolOptions Options => _options;

    public string Name => Options.Name;

    public PoolSnapshot Snapshot => _snapshot;

    /// <summary>Clients that wait for a place at a backend with maxConnections. Called whenever the snapshot changes.</summary>
    public WaitingLine Line { get; }

    /// <summary>What discovery did for it; null when its members are only those of the file.</summary>
    public DiscoveryCounters? Discovery => _discovery;

    /// <summary>The monotonic clock that all reports and snapshots of this pool use.</summary>
    public TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Takes in evidence about one backend of this pool.</summary>
    /// <returns>True when the backend's status flipped.</returns>
    public bool Report(Backend backend, in HealthReport report)
    {
        HealthTransition? transition;
        lock (_lock)
        {
            transition = backend.Health.Report(report, Now);
            if (transition is not null)
            {
                Republish();
            }
        }

        if (transition is { } flip)
        {
            _log.Tell(backend, flip, _snapshot);
            Transitioned?.Invoke(new BackendTransition(backend, flip));
            AfterPublishing();
        }

        return transition is not null;
    }

    /// <summary>Asks for a check of a backend now; <see cref="Probed"/> tells how it ended.</summary>
    public void WantProbe(Backend backend) => ProbeWanted?.Invoke(backend);

    /// <summary>The host of a backend does not acknowledge what a check sends: whether others are heard tells whose silence this is.</summary>
    public void AskOthers(Backend backend) => _witnesses.AskOthers(backend);

    /// <summary>Takes note that a check of a backend begins.</summary>
    public void BeginProbe(Backend backend) => _witnesses.CheckBegins(backend, Now);

    /// <summary>Takes in the end of one check.</summary>
    public void RecordProbe(Backend backend, ProbeResult result)
    {
        backend.LastProbe = result;
        backend.Counters.Probed(result.HasPassed);
        var report = _witnesses.Judge(backend, result, TrafficEvidence.Beside(backend, result));

        // Red because of etcd while etcd has no quorum: every apiserver says so, and ejecting any of them helps nobody.
        if (backend.Advice != OutsideAdvice.Freeze || result.Report.Cause != HealthCause.EtcdUnready)
        {
            Report(backend, report);
        }

        Probed?.Invoke(backend, result);
    }

    /// <summary>Begins with what another process has found out about a backend. Before its first check here.</summary>
    public void Restore(Backend backend, HealthSnapshot known, bool wasDead)
    {
        lock (_lock)
        {
            backend.Health.Restore(known, wasDead);
            Republish();
        }

        AfterPublishing();
    }

    /// <summary>Sets what the operator wants of a backend; checks never change it.</summary>
    public void SetMode(Backend backend, ModeOrder order)
    {
        lock (_lock)
        {
            backend.ModeOrder = order;
            Republish();
        }

        ModeChanged?.Invoke(backend);
        AfterPublishing();
    }

    /// <summary>Sets the weight that the operator wants.</summary>
    public void SetWeight(Backend backend, WeightOrder order)
    {
        lock (_lock)
        {
            backend.WeightOrder = order;
            Republish();
        }

        WeightChanged?.Invoke(backend);
        AfterPublishing();
    }

    /// <summary>Takes other settings under the same name. Members (<see cref="SetMembers"/>), health, counters and connections stay; checks, balance policy and discovery follow their own settings.</summary>
    public void Change(PoolOptions options)
    {
        lock (_lock)
        {
            _discovery = SourcesOf(options).SequenceEqual(SourcesOf(_options)) ? _discovery : CountersOf(options);
            _options = options;
            _policy = PolicyOf(options);
            _timeouts = TimeoutsOf(options);
            foreach (var backend in _snapshot.Backends)
            {
                backend.Health.Change(_policy);
                backend.Timeouts = _timeouts;
            }
        }

        Line.Resize(options.Queue.MaxLength);
    }

    /// <summary>It is no longer configured: its members have left, and keep what they have. The snapshot stays, for clients that chose this pool a moment ago.</summary>
    public void Retire()
    {
        _witnesses.Leave(this);
        foreach (var backend in _snapshot.Backends)
        {
            backend.IsRemoved = true;
            Removed?.Invoke(backend);
        }
    }

    /// <summary>
    /// Replaces the members. Those that stay (same name, same address) keep their state and connections; those that leave
    /// get nothing new; those that join get clients once a check has passed.
    /// </summary>
    public void SetMembers(IReadOnlyList<BackendOptions> members)
    {
        List<Backend> added = [];
        List<Backend> removed;
        lock (_lock)
        {
            var before = _snapshot.Backends;
            List<Backend> after = [];
            foreach (var member in members)
            {
                var backend = before.FirstOrDefault(b => b.Name == member.Name && b.Options.Address == member.Address);
                if (backend is null)
                {
                    backend = NewBackend(member, isAdded: true);
                    added.Add(backend);
                }

                backend.Options = member;
                after.Add(backend);
            }

            removed = [.. before.Where(b => !after.Contains(b))];
            removed.ForEach(b => b.IsRemoved = true);
            _snapshot = new PoolSnapshot(after);
        }

        removed.ForEach(b => Removed?.Invoke(b));
        added.ForEach(b => Added?.Invoke(b));
        AfterPublishing();
    }

    /// <summary>Sets what etcd's state means for a backend.</summary>
    public void SetAdvice(Backend backend, OutsideAdvice advice, string reason)
    {
        lock (_lock)
        {
            if (backend.Advice == advice)
            {
                return;
            }

            backend.Advice = advice;
            Republish();
        }

        Log.Advised(_logger, advice == OutsideAdvice.Eject ? LogLevel.Warning : LogLevel.Information, Name, backend.Name, advice, reason);
        AfterPublishing();
    }

    /// <summary>Sets where a backend named by DNS is reached.</summary>
    public void SetEndPoint(Backend backend, System.Net.EndPoint? endPoint)
    {
        lock (_lock)
        {
            backend.EndPoint = endPoint;
            Republish();
        }

        AfterPublishing();
    }

    private static HealthPolicy PolicyOf(PoolOptions options) =>
        new(options.Health.Fall, options.Health.Rise, options.Health.SlowStart, SilenceUntilDead);

    private static RelayTimeouts TimeoutsOf(PoolOptions options) => new(options.Timeouts.HalfClosed, options.Timeouts.Idle);

    private static IReadOnlyList<string> SourcesOf(PoolOptions options) => options.Discovery?.SourceNames() ?? [];

    private static DiscoveryCounters? CountersOf(PoolOptions options) =>
        options.Discovery is null ? null : new DiscoveryCounters(SourcesOf(options));

    private Backend NewBackend(BackendOptions options, bool isAdded) => new(Name, options, _policy, Line, isAdded) { Timeouts = _timeouts };

    private void Republish() => _snapshot = new PoolSnapshot(_snapshot.Backends);

    /// <summary>What everyone who has published a snapshot owes, outside of the lock: the line may find a place now, and an alarm may change.</summary>
    private void AfterPublishing()
    {
        Line.CallNext();
        var snapshot = _snapshot;
        if (_bell.Look(snapshot))
        {
            _log.AlarmChanged();
            AlarmChanged?.Invoke(this, snapshot.Alarm);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 3, Message = "Pool {Pool}: backend {Backend}: etcd's state means {Advice} {Reason}")]
        public static partial void Advised(ILogger logger, LogLevel level, string pool, string backend, OutsideAdvice advice, string reason);
    }
}
