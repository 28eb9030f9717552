namespace ApiLb.Etcd;

/// <summary>etcd's own alarms. Each lasts until an operator disarms it (<c>etcdctl alarm disarm</c>).</summary>
internal enum EtcdAlarmKind
{
    /// <summary>The database reached its quota: etcd takes no more writes.</summary>
    NoSpace,

    /// <summary>The member's data differs from the others'.</summary>
    Corrupt,
}
