namespace ApiLb.Health;

/// <summary>What somebody who sees more than the checks of one backend makes of it. A third axis beside health and the operator.</summary>
internal enum OutsideAdvice
{
    /// <summary>Nothing: its own checks decide.</summary>
    None,

    /// <summary>Do not take it out because etcd makes it red: every apiserver has the same reason.</summary>
    Freeze,

    /// <summary>Use it only when no other is ready: what it serves is corrupt.</summary>
    Eject,
}
