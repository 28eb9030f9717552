namespace ApiLb.Etcd;

/// <summary>One thing that is wrong with etcd now. Two are the same when kind and subject are.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Subject">The member that it is about; empty: the cluster.</param>
/// <param name="Detail">The whole sentence, for people.</param>
internal sealed record EtcdCondition(EtcdConditionKind Kind, string Subject, string Detail)
{
    public bool IsSameAs(EtcdCondition other) => Kind == other.Kind && Subject == other.Subject;
}
