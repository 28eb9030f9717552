namespace ApiLb.Etcd;

/// <summary>A member as it is watched.</summary>
/// <param name="Name">Unique.</param>
/// <param name="Host">Its host, by which a backend on the same host is recognised.</param>
/// <param name="Reader">Asks it; disposed by the loop that uses it.</param>
internal sealed record EtcdMember(string Name, string Host, IEtcdReader Reader);
