namespace ApiLb.Etcd;

/// <summary>How a member is.</summary>
internal enum EtcdMemberStatus
{
    /// <summary>Not enough checks have ended yet.</summary>
    Unknown,

    /// <summary>Answers.</summary>
    Up,

    /// <summary>Something answers there, but not so that ApiLb can read it: wrong certificate, refused request, not etcd.</summary>
    Unreadable,

    /// <summary>Does not answer.</summary>
    Down,
}
