using System.Globalization;
using System.Text.RegularExpressions;
using ApiLb.Probing;
using Etcdserverpb;

namespace ApiLb.Etcd.Grpc;

/// <summary>Turns etcd's messages into what ApiLb wants to know. Whatever they hold, nothing throws.</summary>
internal static partial class EtcdMessages
{
    /// <summary>Null when it is not the status of a member.</summary>
    public static EtcdReading? Read(StatusResponse status) =>
        status.Header is { } header
            ? new EtcdReading
            {
                MemberId = header.MemberId,
                Version = status.Version.Length > 0 ? ProbeText.Clean(status.Version) : null,
                HasLeader = status.Leader > 0,
                LeaderId = status.Leader,
                IsLearner = status.IsLearner,
                RaftTerm = Known(status.RaftTerm) ?? Known(header.RaftTerm),
                RaftIndex = Known(status.RaftIndex),
                RaftAppliedIndex = Known(status.RaftAppliedIndex),
                DbSize = Known(status.DbSize),
                DbSizeInUse = Known(status.DbSizeInUse),
                Quota = Known(status.DbSizeQuota),
                Alarms = AlarmsIn(status.Errors),
                Detail = status.Leader > 0 ? "" : "it sees no leader",
            }
            : null;

    /// <summary>Null when it is not a list of members.</summary>
    public static IReadOnlyList<EtcdMemberEntry>? Read(MemberListResponse list) =>
        list.Members.Count > 0
            ? [.. list.Members.Where(m => m.ID > 0).Select(m => new EtcdMemberEntry(m.ID, ProbeText.Clean(m.Name), m.IsLearner)).DistinctBy(m => m.Id)]
            : null;

    public static IReadOnlyList<EtcdAlarm> Read(AlarmResponse list) =>
        [.. (from alarm in list.Alarms
             let kind = KindOf(alarm.Alarm)
             where kind is not null
             select new EtcdAlarm(alarm.MemberID, kind.Value)).Distinct()];

    private static List<EtcdAlarm> AlarmsIn(IReadOnlyList<string> errors)
    {
        List<EtcdAlarm> alarms = [];
        foreach (var match in errors.Select(e => AlarmText().Match(e)).Where(m => m.Success))
        {
            if (KindOf(match.Groups["kind"].Value) is { } kind)
            {
                _ = ulong.TryParse(match.Groups["member"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var member);
                alarms.Add(new EtcdAlarm(member, kind));
            }
        }

        return alarms;
    }

    private static EtcdAlarmKind? KindOf(AlarmType type) => type switch
    {
        AlarmType.Nospace => EtcdAlarmKind.NoSpace,
        AlarmType.Corrupt => EtcdAlarmKind.Corrupt,
        _ => null,
    };

    private static EtcdAlarmKind? KindOf(string word) => word switch
    {
        "NOSPACE" => EtcdAlarmKind.NoSpace,
        "CORRUPT" => EtcdAlarmKind.Corrupt,
        _ => null,
    };

    // A field that a version of etcd does not have arrives as zero.
    private static long? Known(ulong value) => value is > 0 and <= long.MaxValue ? (long)value : null;

    private static long? Known(long value) => value > 0 ? value : null;

    [GeneratedRegex(@"^(?:memberID:(?<member>\d{1,20}) )?alarm:(?<kind>[A-Z]{1,20})\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AlarmText();
}
