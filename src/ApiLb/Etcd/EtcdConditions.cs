namespace ApiLb.Etcd;

/// <summary>Finds what is wrong with etcd, and says it. Pure.</summary>
internal static class EtcdConditions
{
    /// <summary>What etcd takes when nobody sets <c>--quota-backend-bytes</c>.</summary>
    public const long DefaultQuota = 2L * 1024 * 1024 * 1024;

    private const double NearlyFull = 0.8;

    public static IReadOnlyList<EtcdCondition> Find(
        EtcdSnapshot etcd,
        IEnumerable<EtcdAlarm> alarms,
        Func<ulong, string> nameOf,
        (EtcdMemberState One, EtcdMemberState Other)? rivals)
    {
        List<EtcdCondition> found = [.. alarms.Select(a => Of(a, nameOf)), .. etcd.Members.SelectMany(Of)];
        if (etcd.QuorumLost)
        {
            found.Add(new(EtcdConditionKind.QuorumLost, "", $"quorum lost: {etcd.VotersUp} of {etcd.Voters} voters answer, {etcd.VotersNeeded} must agree"));
        }

        if (rivals is var (one, other))
        {
            found.Add(new(
                EtcdConditionKind.TwoLeaders,
                "",
                $"two leaders: {one.Name} follows {nameOf(one.Reading!.LeaderId)}, {other.Name} follows {nameOf(other.Reading!.LeaderId)}; do both belong to this cluster?"));
        }

        if (etcd.Voters > 0 && etcd.Voters % 2 == 0 && etcd.Members.Any(m => m.Reading?.Members is not null))
        {
            found.Add(new(EtcdConditionKind.EvenVoters, "", $"{etcd.Voters} voters bear the loss of no more members than {etcd.Voters - 1} would; have an odd number"));
        }

        return [.. found.OrderBy(c => c.Kind).ThenBy(c => c.Subject, StringComparer.Ordinal)];
    }

    /// <summary>Bytes at which the member refuses writes, as far as is known.</summary>
    public static long QuotaOf(EtcdReading reading) => reading.Quota is > 0 and var quota ? quota : DefaultQuota;

    private static EtcdCondition Of(EtcdAlarm alarm, Func<ulong, string> nameOf)
    {
        var subject = alarm.MemberId == 0 ? "" : nameOf(alarm.MemberId);
        var where = subject.Length == 0 ? "" : $" on {subject}";
        return alarm.Kind == EtcdAlarmKind.Corrupt
            ? new(EtcdConditionKind.Corrupt, subject, $"alarm CORRUPT{where}: its data differs from the other members'")
            : new(EtcdConditionKind.NoSpace, subject, $"alarm NOSPACE{where}: its database is full and the cluster read-only until it is defragmented and the alarm disarmed");
    }

    private static IEnumerable<EtcdCondition> Of(EtcdMemberSnapshot member)
    {
        if (member.Status == EtcdMemberStatus.Down)
        {
            yield return new(EtcdConditionKind.MemberDown, member.Name, $"member {member.Name} is down: {member.Detail}");
        }
        else if (member.Status == EtcdMemberStatus.Unreadable)
        {
            yield return new(EtcdConditionKind.MemberUnreadable, member.Name, $"member {member.Name} cannot be read: {member.Detail}");
        }
        else if (member is { IsUp: true, Reading: { DbSize: { } size } reading } && IsNearlyFull(size, reading))
        {
            var quota = reading.Quota is > 0 ? "its quota" : "etcd's default quota (its own is not known)";
            yield return new(
                EtcdConditionKind.DatabaseNearlyFull,
                member.Name,
                $"the database of {member.Name} uses {100 * size / QuotaOf(reading)} % of {quota}: at 100 % the cluster turns read-only");
        }
    }

    // A database beyond the default quota without an alarm has a larger one, which its version does not tell.
    private static bool IsNearlyFull(long size, EtcdReading reading) =>
        size >= NearlyFull * QuotaOf(reading) && (reading.Quota is > 0 || size <= DefaultQuota);
}
