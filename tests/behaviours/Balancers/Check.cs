namespace ApiLb.BehaviourTests.Balancers;

/// <summary>How a balancer is to check its backends.</summary>
internal sealed record Check
{
    /// <summary>GET /readyz over TLS that the authority vouches for; else nothing but a TCP handshake.</summary>
    public bool OfApiServer { get; init; } = true;

    /// <summary>The authority's certificate, in the balancer's folder.</summary>
    public string CaFile { get; init; } = "ca.crt";

    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    public int Fall { get; init; } = 2;

    public int Rise { get; init; } = 2;

    /// <summary>How long a backend that returns gets less than its share.</summary>
    public TimeSpan SlowStart { get; init; }
}
