namespace ApiLb.BehaviourTests.Balancers;

/// <summary>What a balancer must have before a behaviour can be asked of it.</summary>
[Flags]
public enum Feature
{
    None = 0,

    /// <summary>Checks that it makes itself, without clients.</summary>
    Checks = 1,

    /// <summary>Clients may wait for a backend that is full.</summary>
    Queue = 2,

    /// <summary>A limit for the half of a connection that is left, apart from the one for idle connections.</summary>
    HalfClosedTimeout = 4,

    /// <summary>Counters that can be scraped.</summary>
    Metrics = 8,

    /// <summary>Looks at etcd.</summary>
    Etcd = 16,

    /// <summary>Resolves the names of backends again while it runs.</summary>
    DnsRefresh = 32,

    /// <summary>Reads the ClientHello of a connection that it passes through, and waits a limited time for it.</summary>
    ClientHello = 64,

    /// <summary>A fixed number of connections at once for each source address.</summary>
    SourceLimit = 128,

    /// <summary>Takes PROXY headers of version 2 and validates what is in them.</summary>
    AcceptProxy = 256,

    /// <summary>Tells systemd's watchdog that it is alive.</summary>
    Watchdog = 512,

    /// <summary>Takes listening sockets that systemd passes.</summary>
    SocketActivation = 1024,

    /// <summary>A new executable takes the place of the running one.</summary>
    Upgrade = 2048,

    /// <summary>Says for each connection how it ended.</summary>
    Endings = 4096,

    /// <summary>Works with a wall clock of its own, by libfaketime.</summary>
    OwnClock = 8192,

    /// <summary>Tells systemd in a line how it is.</summary>
    StatusText = 16384,

    /// <summary>A metric of whether the last reload failed.</summary>
    ReloadMetric = 32768,

    /// <summary>A metric of how often it could not accept for want of descriptors.</summary>
    ShortageMetric = 65536,
}
