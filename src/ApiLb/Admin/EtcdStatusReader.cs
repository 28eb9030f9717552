using System.Globalization;
using ApiLb.Etcd;
using ApiLb.Telemetry;

namespace ApiLb.Admin;

/// <summary>Reads the monitor's snapshot into one <see cref="EtcdStatus"/>.</summary>
internal static class EtcdStatusReader
{
    public static EtcdStatus Read(EtcdMonitor monitor)
    {
        var etcd = monitor.Snapshot;
        return new EtcdStatus(
            EnumLabel.Snake(etcd.Quorum),
            etcd.Voters,
            etcd.VotersUp,
            etcd.VotersNeeded,
            etcd.LeaderId == 0 ? null : etcd.LeaderId.ToString("x", CultureInfo.InvariantCulture),
            etcd.LeaderName,
            [.. etcd.Conditions.Select(c => new EtcdAlarmStatus(EnumLabel.Snake(c.Kind), c.Subject.Length == 0 ? null : c.Subject, c.Detail))],
            [.. etcd.Members.Select(m => Read(m, monitor.Now))]);
    }

    private static EtcdMemberStatus Read(EtcdMemberSnapshot member, TimeSpan now)
    {
        var reading = member.Reading;
        var isUp = member.IsUp;
        return new EtcdMemberStatus
        {
            Name = member.Name,
            Status = EnumLabel.Snake(member.Status),
            SinceSeconds = member.Status == ApiLb.Etcd.EtcdMemberStatus.Unknown ? 0 : Math.Round((now - member.Since).TotalSeconds, 3),
            Cause = EnumLabel.Snake(member.Cause),
            Detail = member.Detail,
            Leader = member.IsLeader,
            Learner = member.IsLearner,
            Version = reading?.Version,
            Healthy = isUp ? reading?.IsHealthy : false,
            RaftTerm = isUp ? reading?.RaftTerm : null,
            RaftIndex = isUp ? reading?.RaftIndex : null,
            RaftAppliedIndex = isUp ? reading?.RaftAppliedIndex : null,
            RaftLag = member.RaftLag,
            DbSize = isUp ? reading?.DbSize : null,
            DbSizeInUse = isUp ? reading?.DbSizeInUse : null,
            Quota = isUp ? reading?.Quota : null,
        };
    }
}
