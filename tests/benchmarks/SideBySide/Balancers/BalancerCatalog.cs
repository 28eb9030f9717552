namespace ApiLb.Benchmarks.SideBySide.Balancers;

/// <summary>The programs that can be compared, by the names used on the command line.</summary>
internal static class BalancerCatalog
{
    public const string Reference = "haproxy";

    public static IReadOnlyList<string> Default { get; } = [ApiLbBalancer.BalancerName, Reference, "nginx"];

    public static IReadOnlyList<string> All { get; } = [.. Default, "haproxy-splice", "haproxy-2-threads"];

    public static IBalancer Create(string name, string apilbProgram) => name switch
    {
        ApiLbBalancer.BalancerName => new ApiLbBalancer(apilbProgram),
        Reference => new HaProxyBalancer(name, threads: 1, splices: false),
        "haproxy-splice" => new HaProxyBalancer(name, threads: 1, splices: true),
        "haproxy-2-threads" => new HaProxyBalancer(name, threads: 2, splices: false),
        "nginx" => new NginxStreamBalancer(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such balancer."),
    };
}
