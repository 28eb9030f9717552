using System.Net;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Transport;

namespace ApiLb.Backends;

/// <summary>
/// One server of a pool for as long as it is configured: its address, health, mode and counters.
/// Its pool alone changes status and mode; connections write the counters; everyone reads.
/// </summary>
internal sealed class Backend
{
    private volatile Hearing? _heard;
    private volatile DialTarget? _target;
    private volatile ProbeResult? _lastProbe;
    private volatile BackendFacts? _facts;
    private readonly WaitingLine? _line;
    private volatile BackendOptions _options;
    private volatile ModeOrder _modeOrder = ModeOrder.None;
    private volatile WeightOrder? _weightOrder;
    private volatile OutsideAdvice _advice;
    private volatile bool _isRemoved;

    /// <param name="pool">The name of its pool.</param>
    /// <param name="options">What the configuration says about it.</param>
    /// <param name="policy">When its health flips.</param>
    /// <param name="line">Who waits for its places, if their number is limited.</param>
    /// <param name="isAdded">It joined a pool that was already serving.</param>
    public Backend(string pool, BackendOptions options, HealthPolicy policy, WaitingLine? line = null, bool isAdded = false)
    {
        Pool = pool;
        _line = line;
        _options = options;
        IsAdded = isAdded;
        Health = new HealthState(policy, warmsAtFirst: isAdded);
        NameHash = Hash64.Of(options.Name);
        EndPoint = options.Address.TryGetEndPoint();
    }

    public string Pool { get; }

    /// <summary>What the configuration or discovery says about it. Name and address never change.</summary>
    public BackendOptions Options
    {
        get => _options;
        internal set => _options = value;
    }

    public string Name => Options.Name;

    /// <summary>How long its connections may be silent, those to come: one object for the whole pool.</summary>
    public RelayTimeouts Timeouts { get; internal set; } = RelayTimeouts.None;

    /// <summary>Where to connect; null while the name has not been resolved. Written by discovery.</summary>
    public EndPoint? EndPoint
    {
        get => _target?.EndPoint;
        set => _target = value is null ? null : new DialTarget(value);
    }

    /// <summary><see cref="EndPoint"/> as connections use it; null while the name has not been resolved.</summary>
    public DialTarget? Target => _target;

    /// <summary>It joined a pool that was already serving: nobody is sent there before a check has passed.</summary>
    public bool IsAdded { get; }

    /// <summary>What etcd's state means for it.</summary>
    public OutsideAdvice Advice
    {
        get => _advice;
        internal set => _advice = value;
    }

    /// <summary>It has left its pool and serves only what it still has.</summary>
    public bool IsRemoved
    {
        get => _isRemoved;
        internal set => _isRemoved = value;
    }

    /// <summary>Places the backend among the others when clients are spread by hash.</summary>
    public ulong NameHash { get; }

    public HealthState Health { get; }

    /// <summary>What the operator said last about whether it may serve.</summary>
    public ModeOrder ModeOrder
    {
        get => _modeOrder;
        internal set => _modeOrder = value;
    }

    public OperatorMode Mode => _modeOrder.Mode;

    /// <summary>What the operator said last about its weight; null: nothing.</summary>
    public WeightOrder? WeightOrder
    {
        get => _weightOrder;
        internal set => _weightOrder = value;
    }

    /// <summary>Its share among the others: the operator's word, or else what is configured.</summary>
    public int Weight => _weightOrder?.Weight ?? _options.Weight;

    public BackendCounters Counters { get; } = new();

    /// <summary>How long it lately took to its first byte.</summary>
    public FirstByteAverage FirstByte { get; } = new();

    /// <summary>How long its last connections took to their first byte.</summary>
    public FirstByteSample FirstByteSample { get; } = new();

    /// <summary>The connections it serves.</summary>
    public ConnectionTracker Connections { get; } = new();

    /// <summary>How the last check ended; null before the first.</summary>
    public ProbeResult? LastProbe
    {
        get => _lastProbe;
        internal set => _lastProbe = value;
    }

    /// <summary>When its host was last heard, by checks or on connections; null: never.</summary>
    public Hearing? Heard => _heard;

    /// <summary>The silence of its host; null while it is heard. For its probe loop only.</summary>
    public HostSilence? Silence { get; internal set; }

    /// <summary>What checks learnt beside health; null before the first that learnt anything. Written by probing.</summary>
    public BackendFacts? Facts
    {
        get => _facts;
        set => _facts = value;
    }

    /// <summary>Takes a place for one attempt or connection; <see cref="Leave"/> gives it back.</summary>
    /// <returns>False when it has as many as it may have.</returns>
    public bool TryEnter() => Counters.TryStartAttempt(Options.MaxConnections ?? int.MaxValue);

    public void Leave()
    {
        Counters.AttemptEnded();
        if (Options.MaxConnections is not null)
        {
            _line?.CallNext();
        }
    }

    /// <summary>Something came from its host, then or later. Checks and the look at its traffic may lose one of two that come at once.</summary>
    internal void Hear(TimeSpan at) => _heard = _heard?.And(at) ?? new Hearing(at, at);

    public override string ToString() => $"{Pool}/{Name}";
}
