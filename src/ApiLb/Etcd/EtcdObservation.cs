using ApiLb.Health;
using ApiLb.Probing;

namespace ApiLb.Etcd;

/// <summary>How one check of one member ended: with a reading, or with the cause why there is none.</summary>
internal sealed record EtcdObservation(EtcdReading? Reading, HealthCause Cause, string Detail)
{
    public static EtcdObservation Of(EtcdReading reading) => new(reading, HealthCause.Passed, reading.Detail);

    public static EtcdObservation Failed(ProbeVerdict verdict) => new(null, verdict.Report.Cause, verdict.Report.Detail);

    public static EtcdObservation Failed(HealthCause cause, string detail) => new(null, cause, ProbeText.Clean(detail));

    /// <summary>False when the check failed for want of something of ours.</summary>
    public bool IsEvidence => Cause != HealthCause.LocalFault;

    /// <summary>
    /// Whether nobody answered at all. A wrong certificate, a refused request, garbage, or a connection that is ended instead of
    /// answered (so etcd's TLS 1.3 refuses a client's certificate) come from something that lives: they say nothing about etcd's quorum.
    /// </summary>
    public bool IsSilence => Reading is null && Cause is HealthCause.Refused or HealthCause.Unreachable or HealthCause.Unacknowledged
        or HealthCause.ConnectTimeout or HealthCause.ResponseTimeout;
}
