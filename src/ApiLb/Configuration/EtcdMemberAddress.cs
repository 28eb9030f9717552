namespace ApiLb.Configuration;

/// <summary>One entry of <c>etcd.members</c>: where a member serves its clients, and what it is called in logs and metrics.</summary>
/// <param name="Name">Unique; the address as written when the file gives no name.</param>
/// <param name="Address">A host and port, never a unix socket.</param>
internal sealed record EtcdMemberAddress(string Name, BackendAddress Address);
