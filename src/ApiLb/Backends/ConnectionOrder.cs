namespace ApiLb.Backends;

/// <summary>Which connections an operator wants to see first.</summary>
internal enum ConnectionOrder
{
    /// <summary>Those that moved most.</summary>
    Bytes,

    /// <summary>The oldest.</summary>
    Age,

    /// <summary>Those that have been silent for longest.</summary>
    Idle,
}
