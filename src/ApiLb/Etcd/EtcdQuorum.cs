namespace ApiLb.Etcd;

/// <summary>Whether etcd can agree on anything.</summary>
internal enum EtcdQuorum
{
    /// <summary>Not known: nobody has said anything about it yet.</summary>
    Unknown,

    /// <summary>A voter sees a leader, which resigns as soon as a majority no longer answers it.</summary>
    Held,

    /// <summary>No voter sees a leader, or a majority that was there no longer answers: no writes, no consistent reads.</summary>
    Lost,
}
