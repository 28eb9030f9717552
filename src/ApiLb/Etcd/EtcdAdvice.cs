namespace ApiLb.Etcd;

/// <summary>What a pool should make of etcd's state for one backend. etcd ranks apiservers; only corrupt data takes one out.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Reason">Why, for people; empty with <see cref="EtcdAdviceKind.None"/>.</param>
internal readonly record struct EtcdAdvice(EtcdAdviceKind Kind, string Reason)
{
    public static EtcdAdvice None { get; } = new(EtcdAdviceKind.None, "");

    /// <param name="etcd">The snapshot to judge by.</param>
    /// <param name="host">The backend's host; with stacked etcd, that of its member.</param>
    public static EtcdAdvice For(EtcdSnapshot etcd, string host) =>
        etcd.IsCorrupt(host) && etcd.Members.Any(m => m is { IsUp: true, IsCorrupt: false, IsLearner: false })
            ? new EtcdAdvice(EtcdAdviceKind.Eject, $"etcd reports corrupt data on {host}")
        : etcd.QuorumLost ? new EtcdAdvice(EtcdAdviceKind.Freeze, $"etcd lost its quorum ({etcd.VotersUp} of {etcd.Voters} voters answer)")
        : None;
}
