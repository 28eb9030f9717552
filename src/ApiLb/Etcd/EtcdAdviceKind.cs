namespace ApiLb.Etcd;

/// <summary>What etcd means for one apiserver.</summary>
internal enum EtcdAdviceKind
{
    /// <summary>Nothing: its own checks decide.</summary>
    None,

    /// <summary>Do not take it out for a red <c>/readyz</c>: every apiserver has the same reason.</summary>
    Freeze,

    /// <summary>Take it out if another one is ready: it serves corrupt data.</summary>
    Eject,
}
