using ApiLb.Health;

namespace ApiLb.Etcd;

/// <summary>
/// What the checks of one member add up to. Immutable: each check makes the next one, see <see cref="After"/>.
/// </summary>
internal sealed record EtcdMemberState(string Name, string Host)
{
    /// <summary>Consecutive failures that make a member down: one may be chance.</summary>
    public const int Fall = 2;

    public EtcdMemberStatus Status { get; private init; }

    /// <summary>Monotonic time since which it has this status.</summary>
    public TimeSpan Since { get; private init; }

    /// <summary>Checks that failed in a row, up to the last one.</summary>
    public int Failures { get; private init; }

    /// <summary>Checks in a row in which it saw no leader, up to the last one.</summary>
    public int ChecksWithoutLeader { get; private init; }

    /// <summary>The last reading, which may be older than the last failure; null while there is none.</summary>
    public EtcdReading? Reading { get; private init; }

    /// <summary>Monotonic time of <see cref="Reading"/>.</summary>
    public TimeSpan ReadAt { get; private init; }

    /// <summary>Monotonic time since which its readings name the same leader.</summary>
    public TimeSpan LeaderSince { get; private init; }

    public HealthCause Cause { get; private init; } = HealthCause.NotChecked;

    /// <summary>Why the last check failed, or what is wrong with its reading; empty: nothing.</summary>
    public string Detail { get; private init; } = "not checked yet";

    /// <summary>The last check has a reading: only that is testimony about the present.</summary>
    public bool IsFresh => Status == EtcdMemberStatus.Up && Failures == 0;

    /// <summary>Whether another check should not wait for the usual interval, because the last one awaits confirmation.</summary>
    public bool IsInDoubt => Failures is > 0 and < Fall || ChecksWithoutLeader is > 0 and < Fall;

    /// <summary>The state after one more check.</summary>
    /// <param name="observation">How the check ended.</param>
    /// <param name="now">Monotonic time at which it ended.</param>
    public EtcdMemberState After(EtcdObservation observation, TimeSpan now) => observation switch
    {
        { IsEvidence: false } => this,
        { Reading: { } reading } => AfterReading(reading, now),
        _ => AfterFailure(observation, now),
    };

    private EtcdMemberState AfterReading(EtcdReading reading, TimeSpan now) => MoveTo(EtcdMemberStatus.Up, now) with
    {
        Failures = 0,
        ChecksWithoutLeader = reading.HasLeader == false ? ChecksWithoutLeader + 1 : 0,
        Reading = reading,
        ReadAt = now,
        LeaderSince = reading.LeaderId == Reading?.LeaderId ? LeaderSince : now,
        Cause = HealthCause.Passed,
        Detail = reading.Detail,
    };

    private EtcdMemberState AfterFailure(EtcdObservation observation, TimeSpan now)
    {
        var failures = Failures + 1;
        var status = failures < Fall ? Status
            : observation.IsSilence ? EtcdMemberStatus.Down
            : EtcdMemberStatus.Unreadable;
        return MoveTo(status, now) with
        {
            Failures = failures,
            ChecksWithoutLeader = 0,
            Cause = observation.Cause,
            Detail = observation.Detail,
        };
    }

    private EtcdMemberState MoveTo(EtcdMemberStatus status, TimeSpan now) => status == Status ? this : this with { Status = status, Since = now };
}
