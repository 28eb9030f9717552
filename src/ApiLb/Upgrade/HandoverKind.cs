namespace ApiLb.Upgrade;

/// <summary>What a <see cref="HandoverMessage"/> is about. Versions that do not know one skip it.</summary>
internal enum HandoverKind
{
    /// <summary>The new daemon is there.</summary>
    Hello,

    /// <summary>One listening socket, with its descriptor.</summary>
    Socket,

    /// <summary>What is known of one backend.</summary>
    Health,

    /// <summary>All sockets and backends were told.</summary>
    Offered,

    /// <summary>What the new daemon waits for before it is ready.</summary>
    Waiting,

    /// <summary>The new daemon could serve now.</summary>
    Ready,

    /// <summary>The new daemon will never be ready.</summary>
    Failed,

    /// <summary>One standing order of an operator.</summary>
    Order,

    /// <summary>A daemon before this one that still has connections, with the descriptor over which it tells of them.</summary>
    Predecessor,

    /// <summary>The new daemon may serve.</summary>
    Go,

    /// <summary>The new daemon takes clients.</summary>
    Serving,

    /// <summary>The old daemon takes none any longer.</summary>
    Released,

    /// <summary>What the old daemon has left.</summary>
    Left,

    /// <summary>The old daemon shall come to its end, because the new one stops.</summary>
    Stop,
}
