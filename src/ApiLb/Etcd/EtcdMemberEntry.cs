namespace ApiLb.Etcd;

/// <summary>One line of etcd's own list of its members.</summary>
/// <param name="Id">Never changes while the member is in the cluster.</param>
/// <param name="Name">Empty until the member has started once.</param>
/// <param name="IsLearner">Receives everything and has no vote.</param>
internal sealed record EtcdMemberEntry(ulong Id, string Name, bool IsLearner);
