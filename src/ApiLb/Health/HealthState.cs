namespace ApiLb.Health;

/// <summary>
/// The state machine of one backend's health: evidence in, transitions out. Pure: no I/O and no clock of its own.
/// </summary>
/// <remarks>
/// <code>
///               Ready                      rise x Ready, after Dead
///   Unknown ------------> Ready &lt;--- Warming &lt;------------------------- Dead  (silent or not)
///                         |  ^ ^ slow start over                          ^
///      ConnectionFailed   |  | |  rise x Ready                            |
///            +------------+  | +---------------- NotReady, Draining       |
///            v               |                      ^                     |
///         Suspect -----------+                      | fall x NotReady,    | fall x Unreachable, HostSilent or AllSilent,
///              Ready, connected since               | 1 x ShuttingDown,   | SilenceUntilDead of ProcessSilent
///                                                   | 1 x ProcessSilent   |
///                                                   | or ProcessBusy      |
///                                     from every state above -------------+
/// </code>
/// Thread-safe: probes and connections report at once. <see cref="Current"/> is one volatile read.
/// </remarks>
/// <param name="policy">When its status flips, at first.</param>
/// <param name="warmsAtFirst">The first pass leads to Warming: it joins others that are warm already.</param>
internal sealed class HealthState(HealthPolicy policy, bool warmsAtFirst = false)
{
    private const double SlowStartFloor = 0.1;

    private readonly Lock _lock = new();
    private volatile HealthPolicy _policy = policy;
    private volatile HealthSnapshot _current = new(HealthStatus.Unknown, HealthCause.NotChecked, "not checked yet", TimeSpan.Zero);
    private int _passes;
    private int _failures;
    private int _deadFailures;
    private int _hostSilences;
    private TimeSpan? _silentSince;
    private bool _wasDead;

    public HealthSnapshot Current => _current;

    /// <summary>It was dead and has not been ready since.</summary>
    public bool WasDead
    {
        get
        {
            lock (_lock)
            {
                return _wasDead;
            }
        }
    }

    /// <summary>Begins with what another process has found out.</summary>
    /// <param name="known">Its last state, in the time of this process.</param>
    /// <param name="wasDead">As <see cref="WasDead"/> there.</param>
    public void Restore(HealthSnapshot known, bool wasDead)
    {
        lock (_lock)
        {
            _current = known;
            _wasDead = wasDead;
        }
    }

    /// <summary>Takes in one piece of evidence.</summary>
    /// <param name="report">The evidence.</param>
    /// <param name="now">Monotonic time of the report; the same clock for all reports.</param>
    /// <returns>The transition when the status flipped, else null.</returns>
    public HealthTransition? Report(in HealthReport report, TimeSpan now)
    {
        lock (_lock)
        {
            Count(report, now);
            var next = Next(report, now);
            var isSilent = next == HealthStatus.Dead && (_current.IsSilent || (report.Evidence is (HealthEvidence.HostSilent or HealthEvidence.ProcessSilent) && IsSilenceProven(now)));
            return next == _current.Status && isSilent == _current.IsSilent ? null : MoveTo(next, isSilent, report, now);
        }
    }

    /// <summary>Judges what comes from now on by other thresholds; the status stays until evidence flips it.</summary>
    public void Change(HealthPolicy changed)
    {
        lock (_lock)
        {
            _policy = changed;
        }
    }

    /// <summary>The share of its weight that this backend should get now: 1, or less while it is warming.</summary>
    public double Share(TimeSpan now)
    {
        var current = _current;
        var slowStart = _policy.SlowStart;
        return current.Status != HealthStatus.Warming || slowStart == TimeSpan.Zero
            ? 1
            : Math.Clamp((now - current.Since) / slowStart, SlowStartFloor, 1);
    }

    /// <summary>How much longer the process must be silent until that counts as death; null while it is not silent.</summary>
    public TimeSpan? SilenceLeft(TimeSpan now)
    {
        lock (_lock)
        {
            return _policy.SilenceUntilDead - (now - _silentSince);
        }
    }

    private void Count(in HealthReport report, TimeSpan now)
    {
        switch (report.Evidence)
        {
            case HealthEvidence.ConnectionFailed:
                return;
            case HealthEvidence.Ready:
                _passes++;
                _failures = _deadFailures = _hostSilences = 0;
                _silentSince = null;
                return;
            case HealthEvidence.Unreachable or HealthEvidence.HostSilent or HealthEvidence.AllSilent:
                _deadFailures++;
                _hostSilences = report.Evidence == HealthEvidence.Unreachable ? 0 : _hostSilences + 1;
                _silentSince = null;
                break;
            case HealthEvidence.ProcessSilent:
                _deadFailures = _hostSilences = 0;
                _silentSince ??= now - report.SilentFor;
                break;
            default:
                _deadFailures = _hostSilences = 0;
                _silentSince = null;
                break;
        }

        _failures++;
        _passes = 0;
    }

    private HealthStatus Next(in HealthReport report, TimeSpan now) => report.Evidence switch
    {
        HealthEvidence.Ready => AfterPass(report, now),
        HealthEvidence.ConnectionFailed => AfterFailedConnection(),
        HealthEvidence.ShuttingDown => HealthStatus.Draining,
        HealthEvidence.ProcessSilent => IsSilenceProven(now) ? HealthStatus.Dead : AtLeastNotReady(),
        HealthEvidence.ProcessBusy => HealthStatus.NotReady,
        HealthEvidence.NotReady => IsAnswerFromTheDead || _failures >= _policy.Fall ? HealthStatus.NotReady : _current.Status,
        _ => AfterUnreachable(),
    };

    private bool IsSilenceProven(TimeSpan now) => _hostSilences >= _policy.Fall || now - _silentSince >= _policy.SilenceUntilDead;

    private bool IsAnswerFromTheDead => _current.Status is HealthStatus.Dead or HealthStatus.Unknown;

    private HealthStatus AfterPass(in HealthReport report, TimeSpan now) => _current.Status switch
    {
        HealthStatus.Unknown => warmsAtFirst && _policy.SlowStart > TimeSpan.Zero ? HealthStatus.Warming : HealthStatus.Ready,
        HealthStatus.Suspect when report.OpenedAt < _current.Since => HealthStatus.Suspect,
        HealthStatus.Suspect => _wasDead ? HealthStatus.Warming : HealthStatus.Ready,
        HealthStatus.Warming => now - _current.Since >= _policy.SlowStart ? HealthStatus.Ready : HealthStatus.Warming,
        HealthStatus.Ready => HealthStatus.Ready,
        _ when _passes < _policy.Rise => _current.Status,
        _ => _wasDead && _policy.SlowStart > TimeSpan.Zero ? HealthStatus.Warming : HealthStatus.Ready,
    };

    private HealthStatus AfterFailedConnection() =>
        _current.Status is HealthStatus.Ready or HealthStatus.Warming ? HealthStatus.Suspect : _current.Status;

    // Failures of different kinds are not proof of death, but as many as fall take a backend out all the same.
    private HealthStatus AfterUnreachable() =>
        _deadFailures >= _policy.Fall ? HealthStatus.Dead
        : _failures >= _policy.Fall && IsInRotation ? HealthStatus.NotReady
        : _current.Status;

    private bool IsInRotation => _current.Status is HealthStatus.Ready or HealthStatus.Warming or HealthStatus.Suspect;

    private HealthStatus AtLeastNotReady() =>
        _current.Status == HealthStatus.Dead ? HealthStatus.Dead : HealthStatus.NotReady;

    private HealthTransition MoveTo(HealthStatus next, bool isSilent, in HealthReport report, TimeSpan now)
    {
        var from = _current.Status;
        _wasDead = next == HealthStatus.Dead || (_wasDead && next != HealthStatus.Ready);
        _current = new HealthSnapshot(next, report.Cause, report.Detail, now, isSilent);
        return new HealthTransition(from, _current);
    }
}
