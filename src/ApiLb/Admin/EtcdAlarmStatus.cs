namespace ApiLb.Admin;

/// <summary>One thing that is wrong, in <see cref="EtcdStatus"/>.</summary>
/// <param name="Alarm">The label of <c>apilb_etcd_alarm</c>.</param>
/// <param name="Member">Whom it is about; null: the cluster.</param>
/// <param name="Detail">For people.</param>
internal sealed record EtcdAlarmStatus(string Alarm, string? Member, string Detail);
