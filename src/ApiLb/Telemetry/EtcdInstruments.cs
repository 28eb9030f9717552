using System.Diagnostics.Metrics;
using ApiLb.Etcd;

namespace ApiLb.Telemetry;

/// <summary>etcd as it is watched: read from the monitor's snapshot at scrape time. What is not known has no series.</summary>
internal sealed class EtcdInstruments(Func<EtcdSnapshot> etcd)
{
    private static readonly EtcdConditionKind[] Alarms = Enum.GetValues<EtcdConditionKind>();

    public void AddTo(Meter meter)
    {
        AddCluster(meter);
        AddMembers(meter);
    }

    private void AddCluster(Meter meter)
    {
        meter.CreateObservableGauge(
            "apilb_etcd_has_quorum",
            () => etcd() is { Quorum: not EtcdQuorum.Unknown } known ? [new Measurement<long>(known.QuorumLost ? 0 : 1)] : Array.Empty<Measurement<long>>(),
            description: "1 while etcd has a quorum, 0 when it is lost; no series while that is unknown.");
        meter.CreateObservableGauge("apilb_etcd_voters", () => etcd().Voters, description: "Members with a vote.");
        meter.CreateObservableGauge("apilb_etcd_voters_up", () => etcd().VotersUp, description: "Members with a vote that answer.");
        meter.CreateObservableGauge(
            "apilb_etcd_alarm",
            () => Alarms.Select(a => new Measurement<long>(etcd().Has(a) ? 1 : 0, new KeyValuePair<string, object?>("alarm", EnumLabel.Snake(a)))),
            description: "1 while this is wrong, else 0.");
    }

    private void AddMembers(Meter meter)
    {
        Add(meter, "apilb_etcd_member_up", m => m.IsUp ? 1 : 0, null, "1 for a member that answers, else 0.");
        Add(meter, "apilb_etcd_member_healthy", m => m switch { { IsUp: false } => 0, { Reading.IsHealthy: { } isHealthy } => isHealthy ? 1 : 0, _ => null }, null, "1 for a member whose readiness check passes, else 0.");
        Add(meter, "apilb_etcd_leader", m => m.IsLeader ? 1 : 0, null, "1 for the leader, 0 for the others.");
        Add(meter, "apilb_etcd_learner", m => m.IsLearner ? 1 : 0, null, "1 for a member without vote, 0 for the others.");
        Add(meter, "apilb_etcd_db_size", m => Now(m)?.DbSize, "By", "Size of the member's database.");
        Add(meter, "apilb_etcd_db_size_in_use", m => Now(m)?.DbSizeInUse, "By", "The part of it that is in use.");
        Add(meter, "apilb_etcd_quota", m => Now(m) is { } reading ? EtcdConditions.QuotaOf(reading) : null, "By", "Size at which the member refuses writes; etcd's default where its own is not known.");
        Add(meter, "apilb_etcd_raft_lag_entries", m => m.RaftLag, null, "Entries of the log that the leader has and the member has not.");
        Add(meter, "apilb_etcd_raft_apply_lag_entries", m => Now(m) is { RaftIndex: { } index, RaftAppliedIndex: { } applied } ? Math.Max(0, index - applied) : null, null, "Entries of the log that the member has and has not applied.");
    }

    private void Add(Meter meter, string name, Func<EtcdMemberSnapshot, long?> read, string? unit, string description) =>
        meter.CreateObservableGauge(
            name,
            () => etcd().Members
                .Select(m => (m.Name, Value: read(m)))
                .Where(m => m.Value is not null)
                .Select(m => new Measurement<long>(m.Value!.Value, new KeyValuePair<string, object?>("member", m.Name))),
            unit,
            description);

    private static EtcdReading? Now(EtcdMemberSnapshot member) => member.IsUp ? member.Reading : null;
}
