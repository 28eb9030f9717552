namespace ApiLb.Demo.StandIns;

/// <summary>What a stand-in does with its clients.</summary>
internal enum StandInMode
{
    /// <summary>Answers.</summary>
    Serving,

    /// <summary>As a process that got SIGTERM: answers, but <c>/readyz</c> says that it is shutting down.</summary>
    Draining,

    /// <summary>As a process that got SIGSTOP: the kernel still accepts connections, nobody answers them.</summary>
    Frozen,

    /// <summary>As a process that got SIGKILL: connections reset, port refused.</summary>
    Killed,
}
