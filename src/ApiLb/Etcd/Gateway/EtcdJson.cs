using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using ApiLb.Probing;

namespace ApiLb.Etcd.Gateway;

/// <summary>Turns the gateway's answers into what ApiLb wants to know. Whatever they hold, nothing throws.</summary>
internal static partial class EtcdJson
{
    /// <summary>Null when it is not the status of a member.</summary>
    public static EtcdReading? ParseStatus(ReadOnlySpan<byte> body) =>
        Deserialize(body, EtcdJsonContext.Default.EtcdStatusJson) is { Header: not null } status
            ? new EtcdReading
            {
                MemberId = status.Header.MemberId ?? 0,
                Version = status.Version is { Length: > 0 } version ? ProbeText.Clean(version) : null,
                HasLeader = status.Leader is > 0,
                LeaderId = status.Leader ?? 0,
                IsLearner = status.IsLearner ?? false,
                RaftTerm = status.RaftTerm ?? status.Header.RaftTerm,
                RaftIndex = status.RaftIndex,
                RaftAppliedIndex = status.RaftAppliedIndex,
                DbSize = status.DbSize,
                DbSizeInUse = status.DbSizeInUse,
                Quota = status.DbSizeQuota,
                Alarms = AlarmsIn(status.Errors ?? []),
                Detail = status.Leader is > 0 ? "" : "it sees no leader",
            }
            : null;

    /// <summary>Null when it is not a list of members.</summary>
    public static IReadOnlyList<EtcdMemberEntry>? ParseMembers(ReadOnlySpan<byte> body) =>
        Deserialize(body, EtcdJsonContext.Default.EtcdMemberListJson)?.Members is { Count: > 0 } members
            ? [.. members.Where(m => m is { Id: > 0 })
                .Select(m => new EtcdMemberEntry(m!.Id!.Value, ProbeText.Clean(m.Name ?? ""), m.IsLearner ?? false))
                .DistinctBy(m => m.Id)]
            : null;

    /// <summary>Null when it is not a list of alarms; an empty one has no <c>alarms</c> at all.</summary>
    public static IReadOnlyList<EtcdAlarm>? ParseAlarms(ReadOnlySpan<byte> body) =>
        Deserialize(body, EtcdJsonContext.Default.EtcdAlarmListJson) is { } list
            ? [.. (list.Alarms ?? []).Select(Read).OfType<EtcdAlarm>().Distinct()]
            : null;

    private static EtcdAlarm? Read(EtcdAlarmJson? alarm) =>
        alarm is { Alarm.ValueKind: JsonValueKind.String or JsonValueKind.Number }
            && alarm.Alarm.GetRawText().Trim('"') is var word && KindOf(word) is { } kind
            ? new EtcdAlarm(alarm.MemberId ?? 0, kind)
            : null;

    private static List<EtcdAlarm> AlarmsIn(IReadOnlyList<string?> errors)
    {
        List<EtcdAlarm> alarms = [];
        foreach (var match in errors.Select(e => AlarmText().Match(e ?? "")).Where(m => m.Success))
        {
            if (KindOf(match.Groups["kind"].Value) is { } kind)
            {
                _ = ulong.TryParse(match.Groups["member"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var member);
                alarms.Add(new EtcdAlarm(member, kind));
            }
        }

        return alarms;
    }

    // The numbers of AlarmType in etcd's rpc.proto.
    private static EtcdAlarmKind? KindOf(string word) => word switch
    {
        "NOSPACE" or "1" => EtcdAlarmKind.NoSpace,
        "CORRUPT" or "2" => EtcdAlarmKind.Corrupt,
        _ => null,
    };

    private static T? Deserialize<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter: a string that is no valid UTF-16.
            return null;
        }
    }

    [GeneratedRegex(@"^(?:memberID:(?<member>\d{1,20}) )?alarm:(?<kind>[A-Z]{1,20})\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AlarmText();
}
