namespace ApiLb.Transport;

/// <summary>How the data plane treats its threads and sockets.</summary>
internal sealed record TcpTransportOptions
{
    /// <summary>
    /// Reactor threads, at least 1; as many again for streams, once there is one. Default: half the cores, 1 to 4: the other half is for the
    /// kernel and the thread pool (docs/decisions/0003 and 0011).
    /// </summary>
    public int Reactors { get; init; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Pipes for bulk transfers over all reactors, at least one for each; beyond, bytes are copied. Default: one for each 64 descriptors.</summary>
    public long MaxPipes { get; init; } = DescriptorLimit.Read() / DescriptorLimit.PerPipe;

    /// <summary>Silence after which the kernel asks a peer whether it still lives. Default 15 s.</summary>
    public TimeSpan KeepAliveIdle { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time between two such questions. Default 5 s.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Unanswered questions after which the peer is dead. Default 3.</summary>
    public int KeepAliveCount { get; init; } = 3;

    /// <summary>
    /// How long a peer that was sent something may acknowledge nothing before its connection fails; found up to half of that later.
    /// A peer that keeps its window shut and says so lives (docs/decisions/0004). Default 30 s.
    /// </summary>
    public TimeSpan PeerTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
