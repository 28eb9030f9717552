namespace ApiLb.BehaviourTests.Balancers;

/// <summary>What a test wants of a balancer, in no balancer's words; each adapter writes it as its own configuration.</summary>
internal sealed record Setup
{
    public const string Listener = "127.0.0.1:6443";

    /// <summary>ip:port, [ip]:port or unix:path.</summary>
    public IReadOnlyList<string> Bind { get; init; } = [Listener];

    public IReadOnlyList<Member> Backends { get; init; } = [];

    /// <summary>Null: no more checks than one at the start.</summary>
    public Check? Check { get; init; }

    public Policy Policy { get; init; } = Policy.RoundRobin;

    /// <summary>The clients speak TLS, and the balancer may look at their ClientHello.</summary>
    public bool Tls { get; init; }

    /// <summary>Server names that another backend serves than those of <see cref="Backends"/>.</summary>
    public IReadOnlyDictionary<string, Member> Routes { get; init; } = new Dictionary<string, Member>();

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may take to say what the balancer waits for: a ClientHello, a PROXY header.</summary>
    public TimeSpan FirstFlight { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan? HalfClosed { get; init; }

    public TimeSpan? Idle { get; init; }

    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(70);

    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(1);

    public int? MaxConnections { get; init; }

    /// <summary>File descriptors that the process may have.</summary>
    public int Descriptors { get; init; } = 20_000;

    public int? MaxConnectionsPerSource { get; init; }

    /// <summary>Who must begin with a PROXY header; everybody else is turned away.</summary>
    public string? ProxyFrom { get; init; }

    /// <summary>Backends are told who their client is, by a PROXY header of version 1.</summary>
    public bool SendsProxy { get; init; }

    /// <summary>A name whose addresses are the backends, at <see cref="DiscoveredPort"/>.</summary>
    public string? DiscoveredName { get; init; }

    public int DiscoveredPort { get; init; } = 7001;

    /// <summary>Where etcd tells its metrics, without TLS.</summary>
    public IReadOnlyList<string> EtcdUrls { get; init; } = [];

    /// <summary>A line in the log for each connection.</summary>
    public bool LogsConnections { get; init; } = true;

    /// <summary>Lines of the balancer's own language, to make it wrong.</summary>
    public string Extra { get; init; } = "";
}
