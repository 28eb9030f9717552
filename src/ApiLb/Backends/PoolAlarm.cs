namespace ApiLb.Backends;

/// <summary>What is wrong with a pool as a whole. A bounded set: it is a metric label.</summary>
internal enum PoolAlarm
{
    None,

    /// <summary>Nobody is ready, and all who are alive say that it is because of etcd: traffic goes on to all of them.</summary>
    EtcdUnready,

    /// <summary>Nobody is ready, for other reasons: traffic goes on to all who are alive.</summary>
    NobodyReady,

    /// <summary>Nobody is alive: clients are reset as soon as every attempt has failed.</summary>
    NobodyAlive,

    /// <summary>Nobody is alive because every host fell silent at once: our own network, more likely than theirs. What is established is kept.</summary>
    AllSilent,

    /// <summary>The operator, weights or missing addresses leave nobody to try.</summary>
    NobodyUsable,
}
