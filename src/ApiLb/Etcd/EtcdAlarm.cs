namespace ApiLb.Etcd;

/// <summary>An alarm of etcd.</summary>
/// <param name="MemberId">Whom it is about; 0: etcd does not say.</param>
/// <param name="Kind">What is wrong.</param>
internal readonly record struct EtcdAlarm(ulong MemberId, EtcdAlarmKind Kind);
