using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging;

namespace ApiLb.Etcd;

/// <summary>
/// Watches etcd in the background, each member in a loop of its own, and publishes what they add up to. Run once; whoever runs it
/// awaits it. Readers take <see cref="Snapshot"/> with one volatile read.
/// </summary>
internal sealed partial class EtcdMonitor
{
    /// <summary>A check that awaits confirmation does not wait for the usual interval.</summary>
    private static readonly TimeSpan ConfirmAfter = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly EtcdOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly EtcdMemberFactory? _factory;
    private readonly IReadOnlyList<EtcdMember> _members;
    private readonly EtcdMemberState[] _states;
    private readonly EtcdConditionLog _log;
    private volatile EtcdSnapshot _snapshot;

    public EtcdMonitor(EtcdOptions options, TimeProvider time, ILoggerFactory loggers)
        : this(options, new EtcdMemberFactory(options, time, loggers.CreateLogger<EtcdMonitor>()), time, loggers)
    {
    }

    /// <summary>For tests: with members of their own.</summary>
    internal EtcdMonitor(EtcdOptions options, IReadOnlyList<EtcdMember> members, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger<EtcdMonitor>();
        _members = members;
        _states = [.. members.Select(m => new EtcdMemberState(m.Name, m.Host))];
        _log = new EtcdConditionLog(time, _logger);
        _snapshot = EtcdAssessment.Assess(_states, EtcdQuorum.Unknown);
    }

    private EtcdMonitor(EtcdOptions options, EtcdMemberFactory factory, TimeProvider time, ILoggerFactory loggers)
        : this(options, factory.CreateAll(), time, loggers) => _factory = factory;

    /// <summary>Raised when a condition begins or ends, after the snapshot is published: handlers are short and do not throw.</summary>
    public event Action<EtcdSnapshot>? Changed;

    public EtcdSnapshot Snapshot => _snapshot;

    /// <summary>The monotonic clock of <see cref="EtcdMemberSnapshot.Since"/>.</summary>
    public TimeSpan Now => _time.GetElapsedTime(0);

    /// <summary>Watches until it is told to stop; then closes its connections and returns without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.WhenAll(_members.Select((_, index) => Task.Run(() => WatchAsync(index, stop), CancellationToken.None)));
        _factory?.Dispose();
    }

    private async Task WatchAsync(int index, CancellationToken stop)
    {
        await using var reader = _members[index].Reader;
        while (!stop.IsCancellationRequested)
        {
            var started = _time.GetTimestamp();
            await StepAsync(index, stop);
            var delay = NextInterval(index) - _time.GetElapsedTime(started);
            await Task.Delay(delay > ProbeAlarm.ShortestInterval ? delay : ProbeAlarm.ShortestInterval, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private TimeSpan NextInterval(int index)
    {
        lock (_lock)
        {
            var isInDoubt = _states[index].IsInDoubt && ConfirmAfter < _options.Interval;
            return ProbeSchedule.Jitter(isInDoubt ? ConfirmAfter : _options.Interval, Random.Shared.NextDouble());
        }
    }

    private async Task StepAsync(int index, CancellationToken stop)
    {
        try
        {
            if (await CheckAsync(_members[index], stop) is { } observation && !stop.IsCancellationRequested)
            {
                Publish(index, observation);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            Log.Bug(_logger, e, _members[index].Name);
        }
        catch (OperationCanceledException)
        {
            // The way every loop ends.
        }
    }

    /// <returns>Null when the check says nothing about the member.</returns>
    private async Task<EtcdObservation?> CheckAsync(EtcdMember member, CancellationToken stop)
    {
        using var deadline = new ProbeDeadline(_time, _options.Timeout, stop);
        var observation = await member.Reader.ReadAsync(deadline.Token);
        Log.Checked(_logger, member.Name, observation.Cause, observation.Detail);

        // What went wrong while ApiLb itself stood still may be its own fault.
        var isGood = observation.Reading is { IsHealthy: not false };
        return isGood || !deadline.HasStalled ? observation : null;
    }

    private void Publish(int index, EtcdObservation observation)
    {
        EtcdSnapshot snapshot;
        bool hasChanged;
        lock (_lock)
        {
            _states[index] = _states[index].After(observation, Now);
            snapshot = EtcdAssessment.Assess(_states, _snapshot.Quorum);
            _snapshot = snapshot;

            // Within the lock, so that the log tells the transitions in their order.
            hasChanged = _log.Update(snapshot.Conditions);
        }

        if (hasChanged)
        {
            Changed?.Invoke(snapshot);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Debug, "etcd: member {Member} checked: {Cause} {Detail}")]
        public static partial void Checked(ILogger logger, string member, HealthCause cause, string detail);

        [LoggerMessage(12, LogLevel.Error, "etcd: a check of member {Member} failed in a way that is a bug of ApiLb")]
        public static partial void Bug(ILogger logger, Exception exception, string member);
    }
}
