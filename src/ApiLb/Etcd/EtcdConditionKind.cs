namespace ApiLb.Etcd;

/// <summary>What may be wrong with etcd. A bounded set: it is a metric label.</summary>
internal enum EtcdConditionKind
{
    QuorumLost,
    TwoLeaders,
    Corrupt,
    NoSpace,
    MemberDown,
    MemberUnreadable,
    DatabaseNearlyFull,
    EvenVoters,
}
