namespace ApiLb.Admin;

/// <summary>etcd in <see cref="DaemonStatus"/>.</summary>
/// <param name="Quorum"><c>held</c>, <c>lost</c> or <c>unknown</c>.</param>
/// <param name="Voters">Members with a vote.</param>
/// <param name="VotersUp">Those of them that answer.</param>
/// <param name="VotersNeeded">How many must agree.</param>
/// <param name="LeaderId">In hexadecimal, as etcdctl writes it; null while none is known.</param>
/// <param name="Leader">Its name; null while none is known.</param>
/// <param name="Alarms">Everything that is wrong, the worst first.</param>
/// <param name="Members">In the order of the configuration.</param>
internal sealed record EtcdStatus(
    string Quorum,
    int Voters,
    int VotersUp,
    int VotersNeeded,
    string? LeaderId,
    string? Leader,
    IReadOnlyList<EtcdAlarmStatus> Alarms,
    IReadOnlyList<EtcdMemberStatus> Members);
